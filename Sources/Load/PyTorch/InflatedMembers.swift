import Foundation
import Glibc

/// The compressed members of an archive, inflated into a temporary file that has no name any more.
///
/// torch writes none, and reads them.
struct InflatedMembers {
  private(set) var places: [String: StorageBytes] = [:]

  /// Bytes for each byte of the archive: weights do not compress that well.
  private static let mostGrowth = 16

  /// - Parameter isWanted: whether a member is inflated if it is compressed.
  /// - Throws: `.limitExceeded` before anything is written, `.dataCorrupt`, `.readFailed`.
  init(of archive: ZipArchive, where isWanted: (String) -> Bool) throws(LoadError) {
    let names = archive.names.filter { isWanted($0) && archive.isCompressed($0) }
    guard !names.isEmpty else { return }
    let room = Self.mostGrowth * max(archive.file.byteCount, 1 << 16)
    var sum = 0
    for name in names {
      let (next, overflow) = sum.addingReportingOverflow(archive.byteCount(of: name))
      guard !overflow, next <= room else {
        throw LoadError(
          .limitExceeded,
          "is compressed, and claims more than \(Self.mostGrowth) times its bytes; unpack it first",
          file: archive.file.path)
      }
      sum = next
    }
    let folder = FileManager.default.temporaryDirectory.path
    let path = "\(folder)/\(KerasArchiveReader.copyPrefix)\(UUID().uuidString)"
    places = try TemporaryFiles.holding(path) { () throws(LoadError) in
      try Self.inflate(names, of: archive, to: path)
    }
  }

  private static func inflate(
    _ names: [String], of archive: ZipArchive, to path: String
  ) throws(LoadError) -> [String: StorageBytes] {
    defer { unlink(path) }
    var ranges: [(name: String, range: Range<Int>)] = []
    var end = 0
    for name in names {
      let start = end
      try archive.copy(name, to: path)
      end += archive.byteCount(of: name)
      ranges.append((name, start..<end))
    }
    guard end > 0 else {
      return Dictionary(
        uniqueKeysWithValues: names.map { ($0, StorageBytes(source: archive.file, range: 0..<0)) })
    }
    let file = try MappedFile(path: path, reportedAs: archive.file.path)
    return Dictionary(
      uniqueKeysWithValues: ranges.map { ($0.name, StorageBytes(source: file, range: $0.range)) })
  }
}
