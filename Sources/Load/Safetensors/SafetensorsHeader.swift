/// The table of contents of a safetensors file: 8 bytes of length (little-endian), then that much
/// JSON, then the tensors' bytes without gaps.
///
/// As strict as the specification, and stricter where its silence would mislead: every byte of the
/// file belongs to exactly one tensor or to the header.
struct SafetensorsHeader: Sendable {
  struct Entry: Sendable, Equatable {
    var name: String
    var elementType: ElementType
    var shape: [Int]
    /// Where the tensor's bytes are, counted from the end of the header.
    var dataRange: Range<Int>
    /// Where the tensor is described in the file, for errors.
    var headerOffset: UInt64
  }

  /// The `__metadata__` strings.
  var strings: [String: String] = [:]
  /// In the order of their bytes.
  var entries: [Entry] = []
  /// Offset in the file of the first tensor's bytes.
  var dataOffset = 0

  /// Reads and checks the header of a mapped file.
  init(of file: any ByteSource, limits: LoadLimits) throws(LoadError) {
    let length = try Self.headerLength(of: file, limits: limits)
    dataOffset = 8 + length
    let source = JSONSource(
      file: file.path, baseOffset: 8, malformed: .headerMalformed, notUTF8: .headerNotUTF8)
    let json = try file.withBytes(in: 8..<dataOffset, tensor: nil) {
      (bytes) throws(LoadError) in
      var parser = SafetensorsHeaderParser(source: source, limits: limits)
      try parser.parse(bytes)
      return parser
    }
    strings = json.strings
    entries = json.entries
    try arrange(dataByteCount: file.byteCount - dataOffset, file: file.path)
  }

  private static func headerLength(
    of file: any ByteSource, limits: LoadLimits
  ) throws(LoadError) -> Int {
    guard file.byteCount >= 8 else {
      throw LoadError(
        .truncated,
        "a safetensors file starts with 8 bytes of header length; this one has only "
          + "\(file.byteCount) bytes: it is cut short; download it again", file: file.path,
        offset: 0)
    }
    let length = try file.withBytes(in: 0..<8, tensor: nil) { (bytes) throws(LoadError) in
      UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    }
    guard let length = Int(exactly: length), length <= limits.headerByteCount else {
      throw LoadError(
        .headerTooLarge,
        "the header claims \(length) bytes; at most \(limits.headerByteCount) are "
          + "allowed", file: file.path, offset: 0)
    }
    guard length <= file.byteCount - 8 else {
      throw LoadError(
        .truncated,
        "the header claims \(length) bytes; after its length the file has only "
          + "\(file.byteCount - 8): it is cut short; download it again", file: file.path, offset: 0)
    }
    return length
  }

  /// Puts the entries in the order of their bytes and makes sure that these fill the file.
  private mutating func arrange(dataByteCount: Int, file: String) throws(LoadError) {
    // Empty tensors lie where the next one starts. Ties keep the header's order.
    entries = entries.enumerated().sorted { left, right in
      let (a, b) = (left.element.dataRange, right.element.dataRange)
      return (a.lowerBound, a.upperBound, left.offset) < (b.lowerBound, b.upperBound, right.offset)
    }.map(\.element)
    var end = 0
    var previous = ""
    for entry in entries {
      let range = entry.dataRange
      func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
        LoadError(code, message, file: file, offset: entry.headerOffset, tensor: entry.name)
      }
      if range.lowerBound < end {
        throw problem(
          .offsetsOverlap,
          "starts at byte \(range.lowerBound) of the data, inside "
            + "\(LoadError.quote(previous)), which ends at \(end)")
      }
      if range.upperBound > dataByteCount {
        throw problem(
          .offsetsOutOfRange,
          "ends at byte \(range.upperBound) of the data, of which the file has "
            + "\(dataByteCount): it is cut short; download it again")
      }
      if range.lowerBound > end {
        throw problem(
          .offsetsLeaveGap,
          "starts at byte \(range.lowerBound) of the data; bytes from \(end) on "
            + "belong to no tensor")
      }
      end = range.upperBound
      previous = entry.name
    }
    guard end == dataByteCount else {
      throw LoadError(
        .offsetsLeaveGap, "the last \(dataByteCount - end) bytes belong to no tensor",
        file: file, offset: UInt64(exactly: dataOffset + end))
    }
  }
}
