import Foundation
import Testing

@testable import Load

/// The files written by `scripts/fixtures/make_hdf5_fixtures.py`.
enum HDF5Fixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  static func checkpoint(_ name: String) throws -> Checkpoint {
    try HDF5Reader.checkpoint(path: path(name))
  }

  /// Element i of most arrays is i / 4 - 3.
  static func ramp(_ count: Int) -> [Double] { (0..<count).map { Double($0) / 4 - 3 } }

  /// Calls `body` with the path of a file of these bytes, which is removed afterwards.
  static func withFile<R>(_ bytes: some Sequence<UInt8>, _ body: (String) throws -> R) throws -> R {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("hdf5-\(UUID().uuidString).h5")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }
}

extension Checkpoint {
  func tensor(_ name: String) throws -> Tensor {
    try #require(tensors.first { $0.name == name })
  }
}

extension Tensor {
  /// The elements of a range, all by default, as numbers.
  func values(_ range: Range<Int>? = nil, scratch: ByteScratch = ByteScratch()) throws -> [Double] {
    let range = range ?? 0..<elementCount
    return try withBytes(of: range, scratch: scratch) { bytes in
      let width = elementType.bitWidth / 8
      return (0..<range.count).map { number(bytes, at: $0 * width) }
    }
  }

  private func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Double {
    func load<T: BitwiseCopyable>(_ type: T.Type) -> T {
      bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }
    switch elementType {
    case .float16: return Double(load(Float16.self))
    case .bfloat16: return Double(Float(bitPattern: UInt32(load(UInt16.self)) << 16))
    case .float32: return Double(load(Float.self))
    case .float64: return load(Double.self)
    case .int8: return Double(load(Int8.self))
    case .int16: return Double(load(Int16.self))
    case .int32: return Double(load(Int32.self))
    case .int64: return Double(load(Int64.self))
    case .bool, .uint8: return Double(load(UInt8.self))
    case .uint16: return Double(load(UInt16.self))
    case .uint32: return Double(load(UInt32.self))
    case .uint64: return Double(load(UInt64.self))
    default: return .nan
    }
  }
}
