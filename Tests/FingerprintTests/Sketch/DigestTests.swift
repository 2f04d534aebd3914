import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct DigestTests {
  @Test(arguments: [(1, 1), (33, 7), (1024, 1024)])
  func ofOneLeafIsThePlainHash(rows: Int, columns: Int) async throws {
    let values = LinearSketchTests.cheap(rows * columns)
    let print = try await Single.matrix(values, rows: rows, columns: columns)
    #expect(print.digest == Self.digest(values[...]))
  }

  @Test(arguments: [(1025, 1024), (2, (1 << 20) + 1)])
  func ofSeveralLeavesJoinsTheirHashes(rows: Int, columns: Int) async throws {
    let values = LinearSketchTests.cheap(rows * columns)
    let print = try await Single.matrix(values, rows: rows, columns: columns)
    var leaves: [ArraySlice<Float>] = []
    if columns <= 1 << 20 {
      let length = (1 << 20) / columns * columns
      leaves = stride(from: 0, to: values.count, by: length).map {
        values[$0..<min($0 + length, values.count)]
      }
    } else {
      for row in 0..<rows {
        for start in stride(from: 0, to: columns, by: 1 << 20) {
          let first = row * columns + start
          leaves.append(values[first..<min(first + 1 << 20, (row + 1) * columns)])
        }
      }
    }
    let hash = BLAKE3()
    hash.update(Array("shellcheck-model/leaves/2".utf8))
    for leaf in leaves { hash.update(Self.digest(leaf).bytes) }
    #expect(print.digest == TensorDigest(hash))
  }

  /// Types that cannot be decoded are still told apart by their bytes.
  @Test func ofUndecodableTypesHashesTheBytes() async throws {
    let bytes: [UInt8] = Array(0..<48)
    let tensor = Tensor(
      name: "w", elementType: .complex64, shape: [2, 3], storage: MemoryStorage(bytes))
    let print = try await Single.fingerprint(tensor, .whole(2, 3))
    let hash = BLAKE3()
    hash.update(bytes)
    #expect(print.digest == TensorDigest(hash))
    #expect(print.sketch == .none)
    #expect(!print.isEvidence)
  }

  private static func digest(_ values: ArraySlice<Float>) -> TensorDigest {
    let hash = BLAKE3()
    values.withUnsafeBytes { hash.update($0) }
    return TensorDigest(hash)
  }
}
