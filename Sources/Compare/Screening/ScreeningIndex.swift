import Crypto
import Fingerprint
import Foundation
import Load

/// The packed digests of a corpus's references: one file in the user's cache, mapped, or memory.
///
///     "shellcheck-index" ‖ SHA-256 of the versions of all methods
///     then for each reference: key (32 bytes), length, checksum (8 bytes each), record
///
/// A key is made of all that a record depends on, so that a record is either right or not found. What
/// follows the first damaged record counts as not there.
package struct ScreeningIndex: Sendable {
  /// Changes whenever records of an older build would be misread.
  private static let version =
    "screening 1, sketches and circuits in \(ScreeningProjection.dimensions)"
  static let preamble: [UInt8] = {
    let text = "\(version)\n\(ModelFingerprint.formatVersion)\n\(FingerprintMethods.current.text)"
    return Array("shellcheck-index".utf8) + Array(SHA256.hash(data: Data(text.utf8)))
  }()
  static let recordHead = 48

  struct Key: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ parts: [String]) {
      bytes = Array(SHA256.hash(data: Data(parts.joined(separator: "\n").utf8)))
    }

    init(bytes: [UInt8]) { self.bytes = bytes }
  }

  private enum Storage: Sendable {
    case none
    case mapped(MappedFile)
    case memory([UInt8])
  }

  private let storage: Storage
  /// Where each record is.
  private(set) var places: [Key: Range<Int>] = [:]

  /// No references.
  init() { storage = .none }

  /// An index file; none, or one of another version, is an empty index.
  init(path: String) {
    storage = (try? MappedFile(path: path)).map(Storage.mapped) ?? .none
    places = withBytes { Self.places(in: $0) } ?? [:]
  }

  init(memory: [UInt8]) {
    storage = .memory(memory)
    places = withBytes { Self.places(in: $0) } ?? [:]
  }

  /// Calls `body` with a reference's record.
  func withRecord<R>(_ key: Key, _ body: (ReferenceRecord) -> R) -> R? {
    guard let place = places[key] else { return nil }
    return withBytes { bytes in
      ReferenceRecord(UnsafeRawBufferPointer(rebasing: bytes[place])).map(body)
    } ?? nil
  }

  /// A record's bytes, to write them again.
  func withStored(_ key: Key, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard let place = places[key] else { return }
    withBytes { bytes in body(UnsafeRawBufferPointer(rebasing: bytes[place])) }
  }

  @discardableResult
  private func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R? {
    switch storage {
    case .none: nil
    case .memory(let bytes): bytes.withUnsafeBytes(body)
    case .mapped(let file):
      try? file.withBytes(in: 0..<file.byteCount, tensor: nil) { (bytes) throws(LoadError) in
        body(bytes)
      }
    }
  }

  /// The records up to the first that is damaged.
  private static func places(in bytes: UnsafeRawBufferPointer) -> [Key: Range<Int>] {
    var places: [Key: Range<Int>] = [:]
    guard bytes.count >= preamble.count, bytes[..<preamble.count].elementsEqual(preamble) else {
      return places
    }
    var offset = preamble.count
    while bytes.count - offset >= recordHead {
      let long = { (at: Int) in
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + at, as: UInt64.self))
      }
      let start = offset + recordHead
      guard let length = Int(exactly: long(32)), length.isMultiple(of: 8),
        length <= bytes.count - start
      else { break }
      let record = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
      guard StableHash.checksum(record) == long(40), ReferenceRecord(record) != nil else { break }
      places[Key(bytes: Array(bytes[offset..<offset + 32]))] = start..<start + length
      offset = start + length
    }
    return places
  }
}
