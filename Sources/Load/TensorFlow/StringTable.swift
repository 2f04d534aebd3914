/// A sorted table of keys and values in a file, as LevelDB stores one and TensorFlow its checkpoints'
/// index.
///
/// Blocks of entries, each behind it a byte for its compression and a checksum; one block that says
/// where the others are; a footer that says where that is (`tensorflow/core/lib/io/table_format.txt`).
struct StringTable {
  typealias Entry = (key: [UInt8], value: [UInt8])

  private let source: any ByteSource
  private let index: Range<Int>

  private static let footerByteCount = 48
  private static let magic: UInt64 = 0xDB47_7524_8B80_FB57
  /// Bytes behind the contents of a block.
  private static let trailerByteCount = 5
  private static let mostBlockBytes = 64 << 20
  /// Bytes of all keys: each may repeat the one before for a few bytes of the file.
  private static let mostKeyBytes = 256 << 20

  /// Whether a file ends as tables do.
  static func isTable(_ source: any ByteSource) -> Bool {
    guard source.byteCount >= footerByteCount else { return false }
    let found = try? source.withBytes(in: source.byteCount - 8..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in bytes.little64(0) == magic
    }
    return found == true
  }

  /// - Throws: `.unknownFormat`, `.headerMalformed`.
  init(_ source: any ByteSource) throws(LoadError) {
    self.source = source
    guard Self.isTable(source) else {
      throw LoadError(
        .unknownFormat, "is no index of a TensorFlow checkpoint: it does not end as one",
        file: source.path)
    }
    let start = source.byteCount - Self.footerByteCount
    index = try source.withBytes(in: start..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in
      var numbers = TableNumbers(UnsafeRawBufferPointer(rebasing: bytes[..<40]))
      guard numbers.next() != nil, numbers.next() != nil, let block = numbers.block() else {
        throw LoadError(.headerMalformed, "the footer of the index is malformed", file: source.path)
      }
      return block
    }
  }

  /// Calls `body` with all entries, in their order.
  ///
  /// - Throws: `.dataCorrupt` for a block whose checksum is another, `.headerMalformed`,
  ///   `.offsetsOutOfRange`, `.limitExceeded`; what `body` throws.
  func entries(
    limit: Int, _ body: (Entry) throws(LoadError) -> Void
  ) throws(LoadError) {
    var blocks: [Range<Int>] = []
    try entries(of: index) { entry throws(LoadError) in
      let place = entry.value.withUnsafeBytes { bytes in
        var numbers = TableNumbers(bytes)
        return numbers.block()
      }
      guard let place else { throw malformed(index.lowerBound) }
      guard blocks.count < limit else {
        throw LoadError(
          .limitExceeded, "the index has more than \(limit) blocks", file: source.path)
      }
      blocks.append(place)
    }
    // Blocks follow one another, so that none is read twice.
    var (end, keyBytes) = (0, 0)
    for block in blocks {
      guard block.lowerBound >= end else { throw malformed(block.lowerBound) }
      end = block.upperBound
      try entries(of: block) { entry throws(LoadError) in
        keyBytes += entry.key.count
        guard keyBytes <= Self.mostKeyBytes else {
          throw LoadError(
            .limitExceeded, "the keys of the index have more than \(Self.mostKeyBytes) bytes",
            file: source.path)
        }
        try body(entry)
      }
    }
  }

  private func entries(
    of block: Range<Int>, _ body: (Entry) throws(LoadError) -> Void
  ) throws(LoadError) {
    let contents = try contents(of: block)
    try contents.withBytes { (bytes) throws(LoadError) in
      guard bytes.count >= 4 else { throw malformed(block.lowerBound) }
      let restarts = Int(bytes.little32(bytes.count - 4))
      let (end, overflow) = (bytes.count - 4).subtractingReportingOverflow(4 * restarts)
      guard !overflow, end >= 0 else { throw malformed(block.lowerBound) }
      var numbers = TableNumbers(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
      var key: [UInt8] = []
      while !numbers.isAtEnd {
        // What the key has in common with the one before, what it has besides, and the value.
        guard let shared = numbers.next(), let rest = numbers.next(), let length = numbers.next(),
          shared <= key.count, let suffix = numbers.take(rest), let value = numbers.take(length)
        else { throw malformed(block.lowerBound) }
        key.removeLast(key.count - shared)
        key += suffix
        try body((key, Array(value)))
      }
    }
  }

  private func contents(of block: Range<Int>) throws(LoadError) -> [UInt8] {
    let (end, overflow) = block.upperBound.addingReportingOverflow(Self.trailerByteCount)
    guard !overflow, end <= source.byteCount - Self.footerByteCount else {
      throw LoadError(
        .offsetsOutOfRange, "a block of the index lies beyond its end", file: source.path,
        offset: UInt64(exactly: block.lowerBound))
    }
    guard block.count <= Self.mostBlockBytes else {
      throw LoadError(
        .limitExceeded, "a block of the index has \(block.count) bytes", file: source.path,
        offset: UInt64(exactly: block.lowerBound))
    }
    return try source.withBytes(in: block.lowerBound..<end, tensor: nil) {
      (bytes) throws(LoadError) in
      let contents = UnsafeRawBufferPointer(rebasing: bytes[..<block.count])
      let checked = UnsafeRawBufferPointer(rebasing: bytes[...block.count])
      guard CRC32C.masked(checked) == bytes.little32(block.count + 1) else {
        throw LoadError(
          .dataCorrupt, "a block of the index does not match its checksum", file: source.path,
          offset: UInt64(exactly: block.lowerBound))
      }
      switch bytes[block.count] {
      case 0: return Array(contents)
      case 1:
        guard let inflated = Snappy.inflated(contents, atMost: Self.mostBlockBytes) else {
          throw malformed(block.lowerBound)
        }
        return inflated
      default:
        throw LoadError(
          .unsupportedLayout, "a block of the index is compressed in a way that is not known",
          file: source.path, offset: UInt64(exactly: block.lowerBound))
      }
    }
  }

  private func malformed(_ offset: Int) -> LoadError {
    LoadError(
      .headerMalformed, "a block of the index is malformed", file: source.path,
      offset: UInt64(exactly: offset))
  }
}

/// The numbers of variable length in a table.
struct TableNumbers {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// Nil for what is cut off or too large.
  mutating func next() -> Int? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 56, by: 7) {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(exactly: value) }
    }
    return nil
  }

  /// Where a block is: its offset and its length.
  mutating func block() -> Range<Int>? {
    guard let offset = next(), let length = next() else { return nil }
    let (end, overflow) = offset.addingReportingOverflow(length)
    return overflow ? nil : offset..<end
  }

  mutating func take(_ count: Int) -> Slice<UnsafeRawBufferPointer>? {
    guard count <= bytes.count - position else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }
}
