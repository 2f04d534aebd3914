import Foundation

@testable import Load

/// What `scripts/fixtures/make_onnx_fixtures.py` writes.
enum ONNXFixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/onnx").path(percentEncoded: false)

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  static func open(_ name: String) throws -> Checkpoint {
    try ONNXReader.checkpoint(path: path("\(name).onnx"))
  }

  /// What the writer's own library makes of a file: float32, as PyTorch has it.
  static func expected(_ name: String) throws -> [Tensor] {
    try SafetensorsReader.checkpoint(path: path("\(name).expected.safetensors")).tensors
  }
}

extension Tensor {
  /// All numbers in the order of its shape.
  func inOrder() throws -> [Float] {
    guard isPlain else { return try numbers() }
    let eights = [ElementType.float8E4M3: Float8.e4m3, .float8E5M2: Float8.e5m2]
    if let table = eights[elementType] {
      return try withBytes(of: 0..<elementCount, scratch: ByteScratch()) { bytes in
        bytes.map { table[Int($0)] }
      }
    }
    let values: [Float] = try values().map { Float($0) }
    guard swapsLastAxes, shape.count == 2 else { return values }
    return values.indices.map { values[$0 % shape[1] * shape[0] + $0 / shape[1]] }
  }
}
