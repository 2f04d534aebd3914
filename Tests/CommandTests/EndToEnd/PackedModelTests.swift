import Foundation
import Load
import TestSupport
import Testing

/// A model whose matrices are packed is judged as the model that it is.
///
/// What the libraries write is decoded right by other tests (`PackedFixtureTests`); here the demo's
/// language models are packed as they do.
@Suite struct PackedModelTests {
  enum Scheme: CaseIterable {
    case gptq, mlx

    var group: Int { self == .gptq ? 32 : 48 }
    var encoding: String { self == .gptq ? "GPTQ" : "MLX" }
  }

  @Test(arguments: Scheme.allCases)
  func aPackedModelHasItsParent(scheme: Scheme) async throws {
    let report = try await check("tiny-llama", packed: scheme)
    #expect(["derived", "related"].contains(report.relation))
    #expect(report.parents == ["tiny-llama"])
    #expect(report.kinds == ["quantise"])
    #expect(!report.findings.contains("SCM1005"))
    let change = report["parents"]?.array?.first?["changes"]?.array?.first?["detail"]
    #expect(change?["bits"]?.number == 4)
    #expect(change?["group"]?.number == Double(scheme.group))
    #expect(change?["encodings"]?.array?.compactMap(\.string) == [scheme.encoding])
  }

  @Test(arguments: Scheme.allCases)
  func aPackedStrangerStaysOne(scheme: Scheme) async throws {
    let report = try await check("tiny-llama-b", packed: scheme)
    #expect(report.relation == "no-evidence")
    #expect(report.parents.isEmpty)
  }

  private func check(_ model: String, packed scheme: Scheme) async throws -> JSONSchemaValue {
    let sandbox = try Sandbox()
    let source = Demo.reference(model)
    var builder = SafetensorsBuilder()
    for tensor in try CheckpointReader.open(path: source).tensors {
      let bytes = try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
        Array($0)
      }
      if tensor.shape.count == 2, tensor.name.contains(".layers.") {
        add(tensor, bytes, to: &builder, as: scheme)
      } else {
        builder.add(tensor.name, tensor.elementType.rawValue, tensor.shape, bytes)
      }
    }
    try sandbox.folder.write("packed/model.safetensors", builder.bytes)
    let config = try String(contentsOfFile: source + "/config.json", encoding: .utf8)
    let settings = #"{"quantization": {"bits": 4, "group_size": \#(scheme.group)}, "#
    try sandbox.folder.write(
      "packed/config.json",
      text: scheme == .mlx ? settings + config.drop { $0 != "{" }.dropFirst() : config)
    let run = try await sandbox.run(
      "check", sandbox.folder.path("packed"), "--ref", Demo.reference("tiny-llama"), "--format",
      "json")
    return try EmittedReport(run.output).subject("packed")
  }

  private func add(
    _ tensor: Tensor, _ bytes: [UInt8], to builder: inout SafetensorsBuilder, as scheme: Scheme
  ) {
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    let values = (0..<rows * columns).map {
      Float(bitPattern: UInt32(bytes[2 * $0]) << 16 | UInt32(bytes[2 * $0 + 1]) << 24)
    }
    var codes = [UInt32](repeating: 0, count: values.count)
    var (scales, lows) = ([Float](), [Float]())
    for start in stride(from: 0, to: values.count, by: scheme.group) {
      let own = values[start..<start + scheme.group]
      var (low, high) = (own.min() ?? 0, own.max() ?? 0)
      if scheme == .gptq { (low, high) = (-max(-low, high) * 8 / 7, max(-low, high)) }
      let scale = max((high - low) / 15, 1e-8)
      scales.append(scale)
      lows.append(low)
      for place in own.indices {
        codes[place] = UInt32(min(max(((values[place] - low) / scale).rounded(), 0), 15))
      }
    }
    let stem = String(tensor.name.dropLast("weight".count))
    let groups = columns / scheme.group
    switch scheme {
    case .mlx:
      builder.add(stem + "weight", "U32", [rows, columns / 8], words(codes))
      builder.add(stem + "scales", [rows, groups], scales)
      builder.add(stem + "biases", [rows, groups], lows)
    case .gptq:
      // Eight inputs in a word, words of all outputs side by side.
      let places = (0..<columns / 8).flatMap { word in
        (0..<rows).flatMap { row in (0..<8).map { row * columns + word * 8 + $0 } }
      }
      builder.add(stem + "qweight", "I32", [columns / 8, rows], words(places.map { codes[$0] }))
      let across = (0..<groups).flatMap { group in (0..<rows).map { scales[$0 * groups + group] } }
      builder.add(stem + "scales", [groups, rows], across)
      // A zero point of 8, stored as 7.
      builder.add(
        stem + "qzeros", "I32", [groups, rows / 8],
        [UInt8](repeating: 0x77, count: groups * rows / 2))
    }
  }

  /// Codes of four bits, the first in the low bits.
  private func words(_ codes: [UInt32]) -> [UInt8] {
    stride(from: 0, to: codes.count, by: 2).map { UInt8(codes[$0] | codes[$0 + 1] << 4) }
  }
}
