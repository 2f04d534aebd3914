import CZlib
import Foundation

/// The members of a zip file, as far as checkpoints use the format: stored or deflated, neither
/// encrypted nor in parts.
///
/// Like the readers of the format, it looks for the directory at the end, whatever the file begins
/// with.
struct ZipArchive {
  let file: any ByteSource
  private let directory: ZipDirectory

  /// Reads the directory at the end of the file.
  init(_ file: any ByteSource) throws(LoadError) {
    self.file = file
    directory = try ZipDirectory(file)
  }

  /// In the order of the directory.
  var names: [String] { directory.names }

  func contains(_ name: String) -> Bool { directory.members[name] != nil }

  /// Whether a file starts as zip archives do that nothing stands before.
  static func isStart(of source: any ByteSource) -> Bool {
    let found = try? source.withPrefix(4) { (bytes) throws(LoadError) in
      bytes.has([0x50, 0x4b, 0x03, 0x04])
    }
    return found == true
  }

  /// Text in which the name of the first entry is, for an archive that is cut short and so has no
  /// directory; nil for what does not start as a zip archive.
  static func startNames(of source: any ByteSource) -> String? {
    guard isStart(of: source) else { return nil }
    // The name follows 30 bytes of header.
    return try? source.withPrefix(30 + 4096) { (bytes) throws(LoadError) in
      String(decoding: bytes.excerpt(at: 30, count: 4096), as: UTF8.self)
    }
  }

  /// Passes a member's data on, block by block, and verifies its checksum.
  ///
  /// - Parameters:
  ///   - name: the member's path.
  ///   - body: called with successive blocks.
  /// - Throws: `.noWeights` if there is no such member, `.unsupportedLayout`, `.dataCorrupt`, and what
  ///   `body` throws.
  func extract(
    _ name: String, _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Void
  ) throws(LoadError) {
    let member = try member(name)
    guard member.method == 0 || member.method == 8 else { throw unsupported(name, member) }
    let corrupt = corrupt(name, member)
    let data = try data(of: member, orThrow: corrupt)
    var count = 0
    var checksum = crc32(0, nil, 0)
    try file.withBytes(in: data, tensor: nil) { stored throws(LoadError) in
      let blocks = member.method == 0 ? Self.split : Self.inflate
      let isWhole = try blocks(stored) { block throws(LoadError) in
        count += block.count
        guard count <= member.byteCount else { throw corrupt }
        checksum = crc32(
          checksum, block.baseAddress?.assumingMemoryBound(to: UInt8.self), uInt(block.count))
        try body(block)
      }
      guard isWhole, count == member.byteCount,
        UInt32(truncatingIfNeeded: checksum) == member.checksum
      else { throw corrupt }
    }
  }

  /// Where the data of a member is that is stored as it is.
  ///
  /// - Throws: `.noWeights` if there is no such member, `.unsupportedLayout` for one that is
  ///   compressed, `.dataCorrupt`, `.truncated`.
  func storedRange(of name: String) throws(LoadError) -> Range<Int> {
    let member = try member(name)
    guard member.method == 0 else { throw unsupported(name, member) }
    let corrupt = corrupt(name, member)
    guard member.storedCount == member.byteCount else { throw corrupt }
    let data = try data(of: member, orThrow: corrupt)
    guard data.upperBound <= file.byteCount else { throw corrupt }
    return data
  }

  /// Whether a member is compressed by deflate, which `extract` undoes.
  func isCompressed(_ name: String) -> Bool { directory.members[name]?.method == 8 }

  /// Bytes of a member before compression, as the directory claims.
  func byteCount(of name: String) -> Int { max(0, directory.members[name]?.byteCount ?? 0) }

  private func member(_ name: String) throws(LoadError) -> ZipDirectory.Member {
    guard let member = directory.members[name] else {
      throw LoadError(
        .noWeights, "the archive has no member \(LoadError.quote(name))", file: file.path)
    }
    guard member.flags & 1 == 0 else { throw unsupported(name, member) }
    return member
  }

  private func unsupported(_ name: String, _ member: ZipDirectory.Member) -> LoadError {
    LoadError(
      .unsupportedLayout,
      "member \(LoadError.quote(name)) is encrypted or compressed otherwise than by deflate",
      file: file.path, offset: UInt64(exactly: member.headerOffset))
  }

  private func corrupt(_ name: String, _ member: ZipDirectory.Member) -> LoadError {
    LoadError(
      .dataCorrupt, "member \(LoadError.quote(name)) does not match its size or checksum",
      file: file.path, offset: UInt64(exactly: member.headerOffset))
  }

  private func data(
    of member: ZipDirectory.Member, orThrow corrupt: LoadError
  ) throws(LoadError) -> Range<Int> {
    // The local header repeats the name, with an extra field of its own length.
    guard member.headerOffset >= 0, member.headerOffset <= file.byteCount - 30,
      member.storedCount >= 0, member.storedCount <= file.byteCount
    else { throw corrupt }
    let header = member.headerOffset..<member.headerOffset + 30
    let start = try file.withBytes(in: header, tensor: nil) { bytes throws(LoadError) in
      guard bytes.little32(0) == 0x0403_4b50 else { throw corrupt }
      return header.upperBound + Int(bytes.little16(26)) + Int(bytes.little16(28))
    }
    return start..<start + member.storedCount
  }

  private typealias Sink = (UnsafeRawBufferPointer) throws(LoadError) -> Void

  private static func split(_ bytes: UnsafeRawBufferPointer, _ body: Sink) throws(LoadError) -> Bool
  {
    var rest = bytes[...]
    while !rest.isEmpty {
      try body(UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 20)))
      rest = rest.dropFirst(1 << 20)
    }
    return true
  }

  /// Returns whether the deflated stream came to its end.
  private static func inflate(
    _ bytes: UnsafeRawBufferPointer, _ body: Sink
  ) throws(LoadError) -> Bool {
    var stream = z_stream()
    // Negative window bits: without zlib's own header and checksum.
    guard
      inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return false }
    defer { inflateEnd(&stream) }
    // zlib counts what it is given in 32 bits.
    var rest = bytes[...]
    func feed() {
      let next = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      stream.next_in = UnsafeMutablePointer(
        mutating: next.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.avail_in = uInt(next.count)
      rest = rest.dropFirst(next.count)
    }
    let scratch = ByteScratch()
    let block = scratch.reserve(1 << 18)
    while true {
      if stream.avail_in == 0 { feed() }
      stream.next_out = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = uInt(block.count)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      guard status == Z_OK || status == Z_STREAM_END else { return false }
      try body(UnsafeRawBufferPointer(rebasing: block[..<(block.count - Int(stream.avail_out))]))
      if status == Z_STREAM_END { return true }
    }
  }
}
