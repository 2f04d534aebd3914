/// Goes through the header of a GGUF file from front to back, and never beyond its end.
struct GGUFCursor {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  /// Whether the file goes on behind the bytes.
  private let isCut: Bool
  /// Offset in the file of what comes next.
  private(set) var position = 0

  /// - Parameters:
  ///   - bytes: the file from its start on.
  ///   - isCut: whether more than may belong to a header was left out.
  init(_ bytes: UnsafeRawBufferPointer, file: String, isCut: Bool) {
    self.bytes = bytes
    self.file = file
    self.isCut = isCut
  }

  /// Passes over bytes.
  ///
  /// - Returns: where they are.
  /// - Throws: if the file ends before.
  mutating func skip(_ count: Int) throws(LoadError) -> Range<Int> {
    guard count >= 0, count <= bytes.count - position else {
      throw isCut
        ? problem(.headerTooLarge, "the header has more than \(bytes.count) bytes")
        : problem(
          .truncated,
          "the header ends with the file, of \(bytes.count) bytes; it is cut short: download it again"
        )
    }
    defer { position += count }
    return position..<position + count
  }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(LoadError) -> Number {
    let place = try skip(MemoryLayout<Number>.size)
    return Number(
      littleEndian: bytes.loadUnaligned(fromByteOffset: place.lowerBound, as: Number.self))
  }

  /// A number of things, of 64 bits in the file.
  mutating func count() throws(LoadError) -> Int {
    let value = try number(UInt64.self)
    guard let count = Int(exactly: value) else {
      position -= 8
      throw problem(.headerMalformed, "has the number \(value), more than there can be")
    }
    return count
  }

  /// A string: its length, and its bytes.
  mutating func stringBytes() throws(LoadError) -> UnsafeRawBufferPointer {
    let length = try count()
    return UnsafeRawBufferPointer(rebasing: bytes[try skip(length)])
  }

  func problem(
    _ code: LoadError.Code, _ message: String, tensor: String? = nil
  ) -> LoadError {
    LoadError(
      code, message, file: file, offset: UInt64(exactly: position), tensor: tensor)
  }
}
