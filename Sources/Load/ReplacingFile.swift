import Foundation
import Glibc

/// Writes a file as a whole: readers see the old content or the new, never a part.
package enum ReplacingFile {
  package struct Failure: Error, CustomStringConvertible {
    package var path: String
    /// The `errno` of the call that failed.
    package var code: Int32

    /// Without the path.
    package var reason: String { String(cString: strerror(code)) }

    package var description: String { "\(path): cannot write: \(reason)" }
  }

  /// Writes to a hidden file in the same folder, flushes it to the disk and renames it into place.
  ///
  /// What is there and is not a regular file (`/dev/stdout`, a pipe) is written to, not replaced.
  ///
  /// - Throws: `Failure`; nothing is left behind then.
  package static func write(
    _ bytes: some Sequence<UInt8>, to path: String
  ) throws(Failure) {
    let bytes = ContiguousArray(bytes)
    guard let target = target(of: path) else {
      try writeInPlace(bytes, to: path)
      return
    }
    let temporary = PathName.join(PathName.folder(of: target), temporaryName())
    try TemporaryFiles.holding(temporary) { () throws(Failure) in
      try write(bytes, to: temporary, replacing: target, named: path)
    }
  }

  /// What is to be replaced where somebody names a path: the file that a link names, so that a link stays
  /// one; nil for what is no regular file, and is written to.
  package static func target(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    return URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
  }

  /// A name that no other process and no other thread uses.
  package static func temporaryName() -> String {
    "." + String(UInt64.random(in: .min ... .max), radix: 36) + suffix
  }

  /// Tells what this program writes from what others leave unfinished.
  private static let suffix = ".shellcheck-model.partial"

  /// Removes what writers left behind that were killed, once it is older than an hour.
  ///
  /// - Parameter age: in seconds.
  package static func removeAbandoned(in folder: String, age: Double = 3600) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(suffix) {
      let path = PathName.join(folder, name)
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > age
      else { continue }
      unlink(path)
    }
  }

  private static func write(
    _ bytes: ContiguousArray<UInt8>, to temporary: String, replacing target: String,
    named path: String
  ) throws(Failure) {
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    var code = writeAll(bytes, to: descriptor)
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(temporary, target) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw Failure(path: path, code: code)
    }
  }

  private static func writeInPlace(
    _ bytes: ContiguousArray<UInt8>, to path: String
  ) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    let code = writeAll(bytes, to: descriptor)
    close(descriptor)
    // A reader that has gone wants no more.
    if code != 0, code != EPIPE { throw Failure(path: path, code: code) }
  }

  /// - Returns: 0, or the errno of the write that failed.
  private static func writeAll(_ bytes: ContiguousArray<UInt8>, to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }
}
