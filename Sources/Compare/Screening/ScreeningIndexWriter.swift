import Fingerprint
import Foundation
import Glibc
import Load

/// Writes an index record by record, so that a large one is never in memory as a whole.
///
/// The file is replaced in one step when it is finished; until then, and if anything fails, the old
/// one stays.
final class ScreeningIndexWriter {
  private let path: String?
  private let temporary: String
  private var file: UnsafeMutablePointer<FILE>?
  private var memory: [UInt8] = []
  private var failed = false

  /// - Parameter path: nil to keep the index in memory.
  init(path: String?) {
    self.path = path
    temporary = (path ?? "") + ReplacingFile.temporaryName()
    if let path {
      let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      TemporaryFiles.hold(temporary)
      file = fopen(temporary, "wxe")
      failed = file == nil
    }
    ScreeningIndex.preamble.withUnsafeBytes(write)
  }

  deinit {
    discard()
    TemporaryFiles.release(temporary)
  }

  func append(_ key: ScreeningIndex.Key, _ record: UnsafeRawBufferPointer) {
    var head = key.bytes
    for value in [UInt64(record.count), StableHash.checksum(record)] {
      withUnsafeBytes(of: value.littleEndian) { head += $0 }
    }
    head.withUnsafeBytes(write)
    write(record)
  }

  /// The finished index; empty if it could not be written.
  func finish() -> ScreeningIndex {
    guard let path else { return ScreeningIndex(memory: memory) }
    guard let file, !failed else { return ScreeningIndex() }
    self.file = nil
    guard fclose(file) == 0, rename(temporary, path) == 0 else {
      unlink(temporary)
      return ScreeningIndex()
    }
    return ScreeningIndex(path: path)
  }

  private func write(_ bytes: UnsafeRawBufferPointer) {
    guard path != nil else {
      memory += bytes
      return
    }
    guard let file, !failed else { return }
    failed = fwrite(bytes.baseAddress, 1, bytes.count, file) != bytes.count
  }

  private func discard() {
    guard let file else { return }
    fclose(file)
    unlink(temporary)
  }
}
