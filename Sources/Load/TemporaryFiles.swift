import Foundation
import Glibc
import Synchronization

/// The unfinished files and folders of this process, which it does not leave behind when it is
/// interrupted, no more than its children.
package enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])

  /// Counts a file among the unfinished while `body` runs; call it before the file is made.
  package static func holding<Result, Failure: Error>(
    _ path: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    hold(path)
    defer { release(path) }
    return try body()
  }

  /// Counts a file among the unfinished until `release`, for files that outlive a call.
  package static func hold(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  package static func release(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Where the signal handler says which signal came.
  nonisolated(unsafe) private static var interruptions: Int32 = -1

  /// Removes them when a signal ends the process, which it then does as if nothing were done.
  ///
  /// The handler only wakes a thread: little else is safe in one. Call it once, from `main`.
  package static func removeOnInterruption() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    interruptions = ends[1]
    let input = ends[0]
    Thread.detachNewThread {
      var number: UInt8 = 0
      while read(input, &number, 1) < 0, errno == EINTR {}
      // The locks are kept: no other child or unfinished file comes up any more.
      ChildProcess.end {
        paths.withLock { paths in
          for path in paths where unlink(path) != 0 {
            try? FileManager.default.removeItem(atPath: path)
          }
          signal(Int32(number), SIG_DFL)
          kill(getpid(), Int32(number))
          pause()
        }
      }
    }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      let before = signal(number) { number in
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(TemporaryFiles.interruptions, &byte, 1)
      }
      // What was ignored when the process began (nohup) stays so.
      if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      }
    }
  }
}
