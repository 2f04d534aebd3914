import Glibc

/// What tells one state of a file from another.
struct FileState: Sendable, Equatable {
  private let path: String
  private let device: UInt64
  private let inode: UInt64
  private let byteCount: Int64
  private let modifiedSeconds: Int
  private let modifiedNanoseconds: Int

  init(path: String, _ status: stat) {
    self.path = path
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    byteCount = Int64(status.st_size)
    modifiedSeconds = status.st_mtim.tv_sec
    modifiedNanoseconds = status.st_mtim.tv_nsec
  }

  /// Whether a path leads to anything.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// - Throws: `.changedWhileRead` if the path names another file by now, or another state of it.
  func check(reportedAs reportedPath: String) throws(LoadError) {
    var status = stat()
    guard stat(path, &status) == 0, FileState(path: path, status) == self else {
      throw LoadError(
        .changedWhileRead, "the file changed while it was read; run again when it is whole",
        file: reportedPath)
    }
  }
}
