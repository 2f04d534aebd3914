import CZlib
import Foundation

/// The members of a zip file, as far as Keras archives use the format: stored or deflated, neither
/// encrypted nor in parts, each below 4 GiB.
struct ZipArchive {
  let file: MappedFile
  private let members: [String: Member]

  private struct Member {
    var method: UInt16
    var flags: UInt16
    var checksum: UInt32
    var storedCount: Int
    var byteCount: Int
    var headerOffset: Int
  }

  /// Whether a file with these first bytes may be a zip archive.
  static func recognises(_ prefix: UnsafeRawBufferPointer) -> Bool {
    prefix.starts(with: [0x50, 0x4b, 0x03, 0x04])
  }

  /// Reads the directory at the end of the file.
  init(_ file: MappedFile) throws(LoadError) {
    self.file = file
    members = try file.withBytes(in: 0..<file.byteCount, tensor: nil) { bytes throws(LoadError) in
      try Self.directory(bytes, path: file.path)
    }
  }

  func contains(_ name: String) -> Bool { members[name] != nil }

  /// Passes a member's data on, block by block, and verifies its checksum.
  ///
  /// - Parameters:
  ///   - name: the member's path.
  ///   - body: called with successive blocks.
  /// - Throws: `.noWeights` if there is no such member, `.unsupportedLayout`, `.dataCorrupt`, and
  ///   what `body` throws.
  func extract(
    _ name: String, _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Void
  ) throws(LoadError) {
    guard let member = members[name] else {
      throw LoadError(.noWeights, "the archive has no member '\(name)'", file: file.path)
    }
    guard member.flags & 1 == 0, member.method == 0 || member.method == 8,
      member.storedCount < UInt32.max, member.byteCount < UInt32.max
    else {
      throw LoadError(
        .unsupportedLayout,
        "member '\(name)' is encrypted, above 4 GiB or compressed otherwise than by deflate",
        file: file.path, offset: UInt64(member.headerOffset))
    }
    let corrupt = LoadError(
      .dataCorrupt, "member '\(name)' does not match its size or checksum", file: file.path,
      offset: UInt64(member.headerOffset))
    // The local header repeats the name, with an extra field of its own length.
    let header = member.headerOffset..<member.headerOffset + 30
    let dataStart = try file.withBytes(in: header, tensor: nil) { bytes throws(LoadError) in
      guard bytes.little32(0) == 0x0403_4b50 else { throw corrupt }
      return header.upperBound + Int(bytes.little16(26)) + Int(bytes.little16(28))
    }
    let data = dataStart..<dataStart + member.storedCount
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
    stream.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.avail_in = uInt(bytes.count)
    let scratch = ByteScratch()
    let block = scratch.reserve(1 << 18)
    while true {
      stream.next_out = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = uInt(block.count)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      guard status == Z_OK || status == Z_STREAM_END else { return false }
      try body(UnsafeRawBufferPointer(rebasing: block[..<(block.count - Int(stream.avail_out))]))
      if status == Z_STREAM_END { return true }
    }
  }

  private static func directory(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(LoadError) -> [String: Member] {
    let malformed = LoadError(.headerMalformed, "the zip directory is malformed", file: path)
    // The end record is 22 bytes and a comment of at most 65535.
    let lowest = max(0, bytes.count - 22 - 65535)
    guard bytes.count >= 22,
      let end = stride(from: bytes.count - 22, through: lowest, by: -1)
        .first(where: { bytes.little32($0) == 0x0605_4b50 })
    else { throw LoadError(.truncated, "the zip directory is missing", file: path) }
    var members: [String: Member] = [:]
    var position = Int(bytes.little32(end + 16))
    for _ in 0..<bytes.little16(end + 10) {
      guard position + 46 <= end, bytes.little32(position) == 0x0201_4b50 else { throw malformed }
      let nameEnd = position + 46 + Int(bytes.little16(position + 28))
      guard nameEnd <= end else { throw malformed }
      let name = String(decoding: bytes[position + 46..<nameEnd], as: UTF8.self)
      guard members[name] == nil else {
        throw LoadError(.duplicateKey, "two members are named '\(name)'", file: path)
      }
      members[name] = Member(
        method: bytes.little16(position + 10), flags: bytes.little16(position + 8),
        checksum: bytes.little32(position + 16), storedCount: Int(bytes.little32(position + 20)),
        byteCount: Int(bytes.little32(position + 24)),
        headerOffset: Int(bytes.little32(position + 42)))
      position =
        nameEnd + Int(bytes.little16(position + 30)) + Int(bytes.little16(position + 32))
    }
    return members
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func little16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  fileprivate func little32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
