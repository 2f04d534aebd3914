@testable import Load

/// The JSON of a safetensors header, of which a whole file is made.
enum SafetensorsInput {
  /// Bytes of data put behind a header, whatever it claims.
  private static let dataLimit = 1 << 16

  static func read(_ input: UnsafeRawBufferPointer) throws {
    var parser = SafetensorsHeaderParser(source: JSONSource(), limits: .standard)
    try parser.parse(input)
    // As many bytes as the tensors claim, so that the checks of how they lie are reached.
    let end = parser.entries.map(\.dataRange.upperBound).max() ?? 0
    let length = withUnsafeBytes(of: UInt64(input.count).littleEndian, Array.init)
    let data = [UInt8](repeating: 0, count: min(end, dataLimit))
    try InputFile.with(length + input + data) { path in
      for tensor in try SafetensorsReader.checkpoint(path: path, limits: .standard).tensors {
        try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) { _ in }
      }
    }
  }
}
