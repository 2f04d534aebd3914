import Fingerprint
import Foundation
import Glibc
import Load

/// The lock on a corpus's folder, among all processes: one writer, or any number of readers.
///
/// A fingerprint and what the manifest says of it are two files: a reader between the two would know
/// a reference by its file's name, and not by the name that models declare.
enum CorpusLock {
  /// Of a reader, in hundredths of a second.
  private static let patience = 200

  /// Runs the body while no other process changes the corpus, which is made if need be.
  static func writing<Value>(
    _ folder: String, _ body: () throws(FingerprintError) -> Value
  ) throws(FingerprintError) -> Value {
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FingerprintError(.notWritten, "cannot make this folder", file: folder)
    }
    // Closing gives the lock back.
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw FingerprintError(
          .notWritten, "cannot be locked: \(String(cString: strerror(errno)))", file: folder)
      }
    }
    ReplacingFile.removeAbandoned(in: folder)
    return try body()
  }

  /// Runs the body while nobody changes the corpus.
  ///
  /// A writer that stands still, or a file system without locks, keeps no reader: it goes on without.
  ///
  /// - Parameters:
  ///   - patience: hundredths of a second to wait.
  ///   - body: is told whether somebody else is changing the corpus all the while.
  static func reading<Value, Failure: Error>(
    _ folder: String, patience: Int = patience, _ body: (Bool) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return try body(false) }
    defer { close(descriptor) }
    for _ in 0..<patience {
      if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return try body(false) }
      guard errno == EWOULDBLOCK || errno == EINTR else { return try body(false) }
      usleep(10_000)
    }
    return try body(true)
  }
}
