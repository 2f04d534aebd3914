import Foundation
import Glibc
import Load

/// Writes a file as a whole: readers see the old content or the new, never a part.
enum ReplacingFile {
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var code: Int32

    var description: String { "\(path): cannot write: \(String(cString: strerror(code)))" }
  }

  /// Writes to a temporary name in the same folder, then renames it into place.
  ///
  /// What is there and is not a regular file (`/dev/stdout`, a pipe) is written to, not replaced.
  static func write(_ text: String, to path: String) throws(Failure) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      try writeInPlace(text, to: path)
      return
    }
    // A link stays a link; the file that it names is replaced.
    let target =
      exists
      ? URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
      : path
    let temporary = target + ".\(getpid()).tmp"
    try TemporaryFiles.holding(temporary) { () throws(Failure) in
      try write(text, to: temporary, replacing: target, named: path)
    }
  }

  private static func write(
    _ text: String, to temporary: String, replacing target: String, named path: String
  ) throws(Failure) {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    var code = DescriptorStream.writeAll(text, to: descriptor)
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(temporary, target) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw Failure(path: path, code: code)
    }
  }

  private static func writeInPlace(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    let code = DescriptorStream.writeAll(text, to: descriptor)
    close(descriptor)
    if code != 0, code != EPIPE { throw Failure(path: path, code: code) }
  }
}
