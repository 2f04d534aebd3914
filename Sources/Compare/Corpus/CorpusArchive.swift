import Fingerprint
import Foundation
import Load

/// A corpus in one file: an uncompressed tar archive of fingerprints, with the manifest last.
///
/// Any `tar` lists and unpacks it. It is read strictly: every byte of it must be what `CorpusExport`
/// writes, so that no two programs can see different contents in it.
struct CorpusArchive {
  /// Of a corpus of a hundred thousand fingerprints.
  static let memberLimit = 100_000
  /// Of one fingerprint; those of the largest models known have a tenth of it.
  static let memberByteLimit = 256 << 20

  let source: any ByteSource
  private let ranges: [String: Range<Int>]

  /// Names in the archive; what they become in a corpus follows from the ids.
  var count: Int { ranges.count }

  /// - Throws: for anything but such an archive, whole.
  init(_ source: any ByteSource) throws(LoadError) {
    self.source = source
    var ranges: [String: Range<Int>] = [:]
    var offset = 0
    while true {
      let block = try Self.bytes(of: source, offset..<offset + ArchiveBlock.size)
      if block.allSatisfy({ $0 == 0 }) { break }
      guard ranges.count < Self.memberLimit else {
        throw LoadError(
          .limitExceeded, "holds more than \(Self.memberLimit) files", file: source.path)
      }
      guard let header = ArchiveBlock(bytes: block) else {
        throw Self.malformed("is not a corpus that was exported", source, at: offset)
      }
      let start = offset + ArchiveBlock.size
      guard header.byteCount <= Self.memberByteLimit else {
        throw LoadError(
          .limitExceeded,
          "\(LoadError.quote(header.name)) has \(header.byteCount) bytes; at most "
            + "\(Self.memberByteLimit) are read", file: source.path)
      }
      let end = start + header.byteCount
      guard ranges.updateValue(start..<end, forKey: header.name) == nil else {
        throw Self.malformed("holds \(LoadError.quote(header.name)) twice", source, at: offset)
      }
      offset = end + ArchiveBlock.padding(after: header.byteCount)
      guard try Self.bytes(of: source, end..<offset).allSatisfy({ $0 == 0 }) else {
        throw Self.malformed("has bytes between its files", source, at: end)
      }
    }
    guard offset + ArchiveBlock.endSize == source.byteCount,
      try Self.bytes(of: source, offset..<source.byteCount).allSatisfy({ $0 == 0 })
    else { throw Self.malformed("goes on after its end", source, at: offset) }
    self.ranges = ranges
  }

  /// The bytes of a file; nil where there is none of that name.
  func bytes(of name: String) throws(LoadError) -> [UInt8]? {
    guard let range = ranges[name] else { return nil }
    return try Self.bytes(of: source, range)
  }

  private static func bytes(
    of source: any ByteSource, _ range: Range<Int>
  ) throws(LoadError) -> [UInt8] {
    try source.read(range, tensor: nil, scratch: ByteScratch()) { (bytes) throws(LoadError) in
      Array(bytes)
    }
  }

  private static func malformed(
    _ problem: String, _ source: any ByteSource, at offset: Int
  ) -> LoadError {
    LoadError(.dataCorrupt, problem, file: source.path, offset: UInt64(exactly: offset))
  }
}

/// The header of a file in a tar archive (POSIX.1-1988, "ustar"), with nothing in it that differs from
/// machine to machine: no owner, no time.
struct ArchiveBlock: Equatable {
  static let size = 512
  /// Zeros at the end of an archive.
  static let endSize = 2 * size

  var name: String
  var byteCount: Int

  private enum Field {
    static let name = 0..<100
    static let mode = 100..<108
    static let owners = [108..<116, 116..<124]
    static let byteCount = 124..<136
    static let time = 136..<148
    static let checksum = 148..<156
    static let kind = 156
    static let magic = 257..<265
  }

  init(name: String, byteCount: Int) {
    (self.name, self.byteCount) = (name, byteCount)
  }

  /// Nil for what this type does not write itself, to the byte.
  init?(bytes: [UInt8]) {
    guard bytes.count == Self.size else { return nil }
    let digits = bytes[Field.byteCount].dropLast()
    guard let count = Int(String(decoding: digits, as: UTF8.self), radix: 8), count >= 0 else {
      return nil
    }
    name = String(decoding: bytes[Field.name].prefix { $0 != 0 }, as: UTF8.self)
    byteCount = count
    guard Self.isName(name), self.bytes == bytes else { return nil }
  }

  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    func put(_ text: String, _ field: Range<Int>) {
      for (place, byte) in zip(field, text.utf8) { bytes[place] = byte }
    }
    func octal(_ value: Int, _ field: Range<Int>) {
      let digits = String(value, radix: 8)
      let zeros = String(repeating: "0", count: max(0, field.count - 1 - digits.count))
      put(zeros + digits, field)
    }
    put(name, Field.name)
    octal(0o644, Field.mode)
    for field in Field.owners { octal(0, field) }
    octal(byteCount, Field.byteCount)
    octal(0, Field.time)
    bytes[Field.kind] = UInt8(ascii: "0")
    put("ustar\u{0}00", Field.magic)
    // The sum is taken with blanks in its own place, and ends in a zero and a blank.
    put(String(repeating: " ", count: Field.checksum.count), Field.checksum)
    let sum = bytes.reduce(0) { $0 + Int($1) }
    octal(sum, Field.checksum.lowerBound..<Field.checksum.upperBound - 1)
    bytes[Field.checksum.upperBound - 2] = 0
    return bytes
  }

  /// One step, not hidden, of plain letters.
  private static func isName(_ name: String) -> Bool {
    (1...Field.name.count).contains(name.utf8.count) && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "\\")
      }
  }

  static func padding(after byteCount: Int) -> Int { (size - byteCount % size) % size }
}
