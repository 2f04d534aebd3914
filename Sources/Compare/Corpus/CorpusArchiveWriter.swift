import Crypto
import Fingerprint
import Foundation
import Glibc
import Load

/// Writes an archive file by file, so that a large corpus is never in memory as a whole.
///
/// The archive is replaced in one step when it is finished; until then, and if anything fails, the old
/// one stays.
final class CorpusArchiveWriter {
  private let path: String
  /// What is replaced; nil for what is no regular file, and is written to.
  private let target: String?
  private let temporary: String
  private var members = 0
  private var file: UnsafeMutablePointer<FILE>?
  private var hash = SHA256()
  private var byteCount = 0

  init(path: String) throws(FingerprintError) {
    self.path = path
    target = ReplacingFile.target(of: path)
    let folder = URL(filePath: target ?? path).deletingLastPathComponent()
    temporary = ModelFiles.join(
      folder.path(percentEncoded: false), ReplacingFile.temporaryName())
    if target != nil { TemporaryFiles.hold(temporary) }
    file = target == nil ? fopen(path, "we") : fopen(temporary, "wxe")
    guard file != nil else { throw failure() }
  }

  deinit {
    if let file {
      fclose(file)
      if target != nil { unlink(temporary) }
    }
    TemporaryFiles.release(temporary)
  }

  func append(_ name: String, _ bytes: [UInt8]) throws(FingerprintError) {
    members += 1
    guard members <= CorpusArchive.memberLimit else {
      throw FingerprintError(
        .notWritten, "would hold more than \(CorpusArchive.memberLimit) files", file: path)
    }
    guard bytes.count <= CorpusArchive.memberByteLimit else {
      throw FingerprintError(
        .notWritten,
        "has \(bytes.count) bytes; archives hold at most "
          + "\(CorpusArchive.memberByteLimit)", file: name)
    }
    try write(ArchiveBlock(name: name, byteCount: bytes.count).bytes)
    try write(bytes)
    try write(.init(repeating: 0, count: ArchiveBlock.padding(after: bytes.count)))
  }

  /// - Returns: size and SHA-256 of the archive.
  func finish() throws(FingerprintError) -> (byteCount: Int, sha256: String) {
    try write(.init(repeating: 0, count: ArchiveBlock.endSize))
    guard let file, fflush(file) == 0 else { throw failure() }
    if let target {
      guard fsync(fileno(file)) == 0, rename(temporary, target) == 0 else { throw failure() }
    }
    fclose(file)
    self.file = nil
    return (byteCount, hash.finalize().hexadecimal)
  }

  private func write(_ bytes: [UInt8]) throws(FingerprintError) {
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw failure() }
    hash.update(data: bytes)
    byteCount += bytes.count
  }

  private func failure() -> FingerprintError {
    FingerprintError(
      .notWritten, "could not be written: \(String(cString: strerror(errno)))", file: path)
  }
}
