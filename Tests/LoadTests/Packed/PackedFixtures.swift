import Foundation
import Testing

@testable import Load

/// The files written by `scripts/fixtures/make_packed_fixtures.py`.
enum PackedFixture {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/Packed/\(name).safetensors").path(percentEncoded: false)
  }

  /// The tensors that a file's arrays are, under the configuration that its header holds.
  static func tensors(_ name: String) throws -> [Tensor] {
    let stored = try SafetensorsReader.checkpoint(path: path(name))
    let strings = stored.metadata.headerStrings
    let config = try strings["config"].map { try JSONReader.parse(Array($0.utf8)) }
    return PackedWeights.grouped(stored.tensors, config: config, headerStrings: strings)
  }

  /// The library's own numbers, and how far from them numbers may be, relative to the largest.
  static func expected(_ name: String) throws -> (tensors: [Tensor], tolerance: Float) {
    let file = try SafetensorsReader.checkpoint(path: path(name + ".expected"))
    let tolerance = try #require(file.metadata.headerStrings["tolerance"].flatMap(Float.init))
    return (file.tensors, tolerance)
  }
}

extension Tensor {
  /// All numbers of a decoded tensor in the order of its shape.
  func numbers() throws -> [Float] {
    let values = try decoded(0..<elementCount)
    guard swapsLastAxes else { return values }
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    return values.indices.map { place in
      let (matrix, rest) = place.quotientAndRemainder(dividingBy: rows * columns)
      return values[matrix * rows * columns + rest % columns * rows + rest / columns]
    }
  }

  func plainFloats() throws -> [Float] {
    try withBytes(of: 0..<elementCount, scratch: ByteScratch()) { bytes in
      (0..<elementCount).map { ElementType.float32.float(at: $0, of: bytes) }
    }
  }

  var encodingName: String? {
    if case .encoded(let decoding) = decoding { type(of: decoding).name } else { nil }
  }

  var storedPrecision: Precision? {
    if case .encoded(let decoding) = decoding { decoding.precision } else { nil }
  }
}
