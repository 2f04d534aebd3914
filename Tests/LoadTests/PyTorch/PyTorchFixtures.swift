import Foundation
import TestSupport
import Testing

@testable import Load

/// The files written by `scripts/fixtures/make_pytorch_fixtures.py`.
enum PyTorchFixture {
  static func path(_ name: String) -> String { HDF5Fixture.path("pytorch/" + name) }

  static func checkpoint(_ name: String) throws -> Checkpoint {
    try PyTorchReader.checkpoint(path: path(name))
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }

  /// What torch itself loads from a file.
  static func expected(_ name: String) throws -> Checkpoint {
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    return try SafetensorsReader.checkpoint(path: path(stem + ".safetensors"))
  }

  /// Opens bytes as a file.
  static func open(_ bytes: [UInt8], name: String = "m.bin") throws -> Checkpoint {
    let folder = try TemporaryFolder()
    return try PyTorchReader.checkpoint(path: try folder.write(name, bytes))
  }

  /// Why bytes are refused.
  static func refusal(of bytes: [UInt8], name: String = "m.bin") throws -> LoadError {
    try #require(#expect(throws: LoadError.self) { try open(bytes, name: name) })
  }
}

extension Tensor {
  /// All bytes, as the array that is stored first gives them.
  func bytes(_ elements: Range<Int>? = nil) throws -> [UInt8] {
    try withBytes(of: elements ?? 0..<elementCount, scratch: ByteScratch()) {
      (bytes) throws(LoadError) in Array(bytes)
    }
  }
}

/// Puts pickles together, operation by operation.
struct PickleBuilder {
  private(set) var bytes: [UInt8]

  init(protocol number: UInt8 = 4) { bytes = [0x80, number] }

  private func adding(_ more: [UInt8]) -> PickleBuilder {
    var builder = self
    builder.bytes += more
    return builder
  }

  func operation(_ opcode: PickleOpcode, _ operand: [UInt8] = []) -> PickleBuilder {
    adding([opcode.rawValue] + operand)
  }

  func text(_ text: String) -> PickleBuilder {
    operation(
      .binUnicode,
      withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian, Array.init) + Array(text.utf8))
  }

  func global(_ module: String, _ name: String) -> PickleBuilder {
    operation(.global, Array("\(module)\n\(name)\n".utf8))
  }

  func integer(_ number: Int32) -> PickleBuilder {
    operation(.binInt, withUnsafeBytes(of: number.littleEndian, Array.init))
  }

  /// An array of one float, as NumPy pickles it: what makes a pickle one with a tensor.
  func array(_ value: Float) -> PickleBuilder {
    global("numpy._core.numeric", "_frombuffer").operation(.mark)
      .operation(.shortBinBytes, [4] + withUnsafeBytes(of: value, Array.init))
      .global("numpy", "dtype").text("f4").operation(.newFalse).operation(.newTrue)
      .operation(.tuple3).operation(.reduce)
      .integer(1).operation(.tuple1).text("C").operation(.tuple).operation(.reduce)
  }

  /// A dictionary of one array at `w`, and behind it an entry `x` of which `build` makes the value.
  static func besideAnArray(_ build: (PickleBuilder) -> PickleBuilder) -> [UInt8] {
    build(PickleBuilder().operation(.emptyDict).operation(.mark).text("w").array(1.5).text("x"))
      .operation(.setItems).operation(.stop).bytes
  }
}
