import Glibc
import Load

/// Replaces files in one step: readers see the old content or the new, never a part of it.
package enum AtomicFile {
  /// Writes to a hidden file in the same folder, flushes it to the disk and renames it.
  ///
  /// - Throws: `.notWritten`; nothing is left behind then.
  package static func write(_ bytes: [UInt8], to path: String) throws(FingerprintError) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { path[...$0] } ?? ""
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(folder).\(unique).partial"
    try TemporaryFiles.holding(temporary) { () throws(FingerprintError) in
      try write(bytes, to: temporary, replacing: path)
    }
  }

  private static func write(
    _ bytes: [UInt8], to temporary: String, replacing path: String
  ) throws(FingerprintError) {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var failed: FingerprintError?
    if !writeAll(bytes, to: descriptor) || fsync(descriptor) != 0 { failed = failure(path) }
    if close(descriptor) != 0 { failed = failed ?? failure(path) }
    if failed == nil, rename(temporary, path) != 0 { failed = failure(path) }
    if let failed {
      unlink(temporary)
      throw failed
    }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        rest = rest.dropFirst(written)
      }
      return true
    }
  }

  /// The error for the system call that just failed.
  private static func failure(_ path: String) -> FingerprintError {
    FingerprintError(
      .notWritten, "could not be written: \(String(cString: strerror(errno)))", file: path)
  }
}
