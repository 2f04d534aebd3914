import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Numbers that are decoded from codes and scales are fingerprinted like numbers.
@Suite struct EncodedTensorTests {
  private static let rows = 300
  private static let columns = 200

  /// A weight of eight-bit floats with a scale per block of 128 × 128, opened from a file, and its
  /// numbers.
  private func weight(
    scaledBy factor: Float = 1
  ) throws -> (encoded: Tensor, plain: Tensor, values: [Float]) {
    var random = ModelRandom(seed: 21)
    let codes = (0..<Self.rows * Self.columns).map { _ in
      UInt8(truncatingIfNeeded: random.next()) & 0xb7
    }
    let scales = random.floats(3 * 2).map { abs($0) * factor }
    var builder = SafetensorsBuilder()
    builder.add("w.weight", "F8_E4M3", [Self.rows, Self.columns], codes)
    builder.add("w.weight_scale_inv", [3, 2], scales)
    let folder = try TemporaryFolder()
    let path = try folder.write("model.safetensors", builder.bytes)
    let checkpoint = try CheckpointReader.open(path: path)
    let encoded = try #require(checkpoint.tensors.first)
    #expect(checkpoint.tensors.count == 1)
    let values = codes.indices.map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.columns)
      return Float8.e4m3[Int(codes[index])] * scales[row / 128 * 2 + column / 128]
    }
    return (encoded, Tensor("w.weight", [Self.rows, Self.columns], values), values)
  }

  @Test func sketchAndMomentsAreThoseOfTheNumbers() async throws {
    let (encoded, plain, _) = try weight()
    let view = TensorView.whole(Self.rows, Self.columns)
    let (print, other) = (
      try await Single.fingerprint(encoded, view), try await Single.fingerprint(plain, view)
    )
    #expect(print.sketch == other.sketch)
    #expect(print.moments == other.moments)
    #expect(print.isEvidence)
    #expect(!print.isUndecoded)
    #expect(print.precision == .significand(bits: 4))
    #expect(print.grid == nil)
    #expect(other.decodedDigest == nil)
  }

  @Test func partsAreTheNumbersOfTheirRowsAndColumns() async throws {
    let (encoded, plain, _) = try weight()
    for (rows, columns) in [(100..<250, 0..<200), (0..<300, 60..<190), (130..<131, 5..<9)] {
      let view = TensorView(
        offset: 0, storedColumns: Self.columns, rows: .init(rows), columns: .init(columns),
        transposed: false, shape: [rows.count, columns.count])
      let (print, other) = (
        try await Single.fingerprint(encoded, view), try await Single.fingerprint(plain, view)
      )
      #expect(print.sketch == other.sketch)
      #expect(print.moments == other.moments)
    }
  }

  @Test func theSameValuesInAnotherContainerAreRecognised() async throws {
    let (encoded, _, values) = try weight()
    let view = TensorView.whole(Self.rows, Self.columns)
    let print = try await Single.fingerprint(encoded, view)
    let rounded = try await Single.matrix(
      values, rows: Self.rows, columns: Self.columns, as: .bfloat16)
    #expect(print.decodedDigest == rounded.digest)
    #expect(print.digest != rounded.digest)
  }

  @Test func equalCodesWithOtherScalesAreNotTheSameBytes() async throws {
    let view = TensorView.whole(Self.rows, Self.columns)
    let print = try await Single.fingerprint(try weight().encoded, view)
    let other = try await Single.fingerprint(try weight(scaledBy: 1.0001).encoded, view)
    #expect(print.digest != other.digest)
    #expect(print.digest == (try await Single.fingerprint(try weight().encoded, view)).digest)
  }

  @Test func encodingsSurviveAFile() async throws {
    let folder = try TemporaryFolder()
    let (encoded, _, _) = try weight()
    let model = CanonicalModel(
      checkpoint: Checkpoint("test", tensors: [encoded]), family: nil, dimensions: [:],
      tensors: [
        CanonicalTensor(
          name: encoded.name, source: encoded, component: "model", role: .unknown,
          view: .whole(Self.rows, Self.columns))
      ])
    let print = try Fingerprinter(threads: 1).fingerprint(model)
    try FingerprintFile.write(print, to: folder.path("print"))
    let read = try FingerprintFile.read(path: folder.path("print"))
    #expect(read.tensors == print.tensors)
    #expect(read.tensors[0].decodedDigest != nil)
    #expect(read.tensors[0].encoding?.precision == .significand(bits: 4))
  }
}
