/// The table of contents at the end of a zip file.
///
/// APPNOTE.TXT 6.3.10: end record (4.3.16), its 64-bit forms (4.3.14, 4.3.15), entries (4.3.12).
struct ZipDirectory {
  struct Member {
    var method: UInt16
    var flags: UInt16
    var checksum: UInt32
    var storedCount: Int
    var byteCount: Int
    /// Of the local header, from the start of the source.
    var headerOffset: Int
  }

  private(set) var members: [String: Member] = [:]
  /// In the order of the directory.
  private(set) var names: [String] = []

  /// Entries of a directory that are read; a model's archive has some thousand.
  private static let mostMembers = 1_000_000
  private static let mostBytes = 256 << 20

  /// - Throws: `.truncated` if there is no directory, `.headerMalformed`, `.duplicateKey`.
  init(_ source: any ByteSource) throws(LoadError) {
    let end = try Self.end(of: source)
    let malformed = LoadError(.headerMalformed, "the zip directory is malformed", file: source.path)
    // The directory ends where the record of its end begins. What stands before the archive shifts
    // all offsets by as much.
    let (start, underflow) = end.position.subtractingReportingOverflow(end.byteCount)
    guard !underflow, start >= 0, end.offset >= 0, start >= end.offset, end.byteCount >= 0,
      end.byteCount <= Self.mostBytes, end.count <= Self.mostMembers
    else { throw malformed }
    let shift = start - end.offset
    let range = start..<end.position
    try source.withBytes(in: range, tensor: nil) { bytes throws(LoadError) in
      var position = 0
      for _ in 0..<end.count {
        guard position + 46 <= bytes.count, bytes.little32(position) == 0x0201_4b50 else {
          throw malformed
        }
        let nameEnd = position + 46 + Int(bytes.little16(position + 28))
        let extraEnd = nameEnd + Int(bytes.little16(position + 30))
        guard extraEnd <= bytes.count else { throw malformed }
        let name = String(decoding: bytes[position + 46..<nameEnd], as: UTF8.self)
        var member = Member(
          method: bytes.little16(position + 10), flags: bytes.little16(position + 8),
          checksum: bytes.little32(position + 16), storedCount: Int(bytes.little32(position + 20)),
          byteCount: Int(bytes.little32(position + 24)),
          headerOffset: Int(bytes.little32(position + 42)))
        guard member.widen(bytes, extra: nameEnd..<extraEnd) else { throw malformed }
        let (offset, overflow) = member.headerOffset.addingReportingOverflow(shift)
        guard !overflow else { throw malformed }
        member.headerOffset = offset
        guard members.updateValue(member, forKey: name) == nil else {
          throw LoadError(
            .duplicateKey, "two members are named \(LoadError.quote(name))", file: source.path)
        }
        names.append(name)
        position = extraEnd + Int(bytes.little16(position + 32))
      }
    }
  }

  private struct End {
    /// Where the directory ends.
    var position: Int
    var count: Int
    var byteCount: Int
    /// Where the directory claims to start.
    var offset: Int
  }

  private static func end(of source: any ByteSource) throws(LoadError) -> End {
    let missing = LoadError(.truncated, "the zip directory is missing", file: source.path)
    // The end record is 22 bytes and a comment of at most 65535, which ends the file.
    let tail = max(0, source.byteCount - 22 - 65535)
    guard source.byteCount >= 22 else { throw missing }
    let range = tail..<source.byteCount
    let record = try source.withBytes(in: range, tensor: nil) { bytes throws(LoadError) -> End in
      let places = stride(from: bytes.count - 22, through: 0, by: -1)
      guard
        let place = places.first(where: {
          bytes.little32($0) == 0x0605_4b50
            && $0 + 22 + Int(bytes.little16($0 + 20)) == bytes.count
        })
      else { throw missing }
      return End(
        position: tail + place, count: Int(bytes.little16(place + 10)),
        byteCount: Int(bytes.little32(place + 12)), offset: Int(bytes.little32(place + 16)))
    }
    // torch writes the 64-bit record always, and the numbers that fit into this one too.
    guard record.position >= 20 + 56 else { return record }
    guard let wide = try wideEnd(of: source, before: record.position) else { return record }
    guard Self.agree(record.count, wide.count, limit: 0xFFFF),
      Self.agree(record.byteCount, wide.byteCount, limit: 0xFFFF_FFFF),
      Self.agree(record.offset, wide.offset, limit: 0xFFFF_FFFF)
    else {
      throw LoadError(
        .ambiguousFormat,
        "has two zip directories that differ: which members there are depends on the reader (SCM1002)",
        file: source.path)
    }
    return wide
  }

  /// Whether a number of the short record is that of the long one, or refers to it.
  private static func agree(_ short: Int, _ long: Int, limit: Int) -> Bool {
    short == limit || short == long
  }

  private static func wideEnd(
    of source: any ByteSource, before position: Int
  ) throws(LoadError) -> End? {
    // The locator names an offset, which what stands before the archive may have shifted; the
    // record itself, without extensions, stands right before the locator.
    let start = position - 20 - 56
    return try source.withBytes(in: start..<position, tensor: nil) { bytes throws(LoadError) in
      guard bytes.little32(56) == 0x0706_4b50, bytes.little32(0) == 0x0606_4b50 else { return nil }
      guard let count = Int(exactly: bytes.little64(32)),
        let byteCount = Int(exactly: bytes.little64(40)),
        let offset = Int(exactly: bytes.little64(48))
      else {
        throw LoadError(.headerMalformed, "the zip directory is malformed", file: source.path)
      }
      return End(position: start, count: count, byteCount: byteCount, offset: offset)
    }
  }
}

extension ZipDirectory.Member {
  /// Takes the numbers that did not fit 32 bits from the extra field 1 (4.5.3).
  ///
  /// - Returns: false if one is missing or cannot be.
  fileprivate mutating func widen(_ bytes: UnsafeRawBufferPointer, extra: Range<Int>) -> Bool {
    let wide = 0xFFFF_FFFF
    guard byteCount == wide || storedCount == wide || headerOffset == wide else { return true }
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      var field = position + 4
      let end = field + Int(bytes.little16(position + 2))
      guard end <= extra.upperBound else { return false }
      if bytes.little16(position) == 1 {
        func next() -> Int? {
          guard field + 8 <= end else { return nil }
          defer { field += 8 }
          return Int(exactly: bytes.little64(field))
        }
        for path in [\Self.byteCount, \.storedCount, \.headerOffset]
        where self[keyPath: path] == wide {
          guard let value = next() else { return false }
          self[keyPath: path] = value
        }
        return true
      }
      position = end
    }
    return false
  }
}

extension UnsafeRawBufferPointer {
  func little16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  func little32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  func little64(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
