import Glibc

/// What changes when a file's content does, short of reading it.
struct FileStamp: Equatable {
  /// Absolute, links resolved.
  let path: String
  let byteCount: Int64
  let inode: UInt64
  /// Seconds and nanoseconds of the last change of content, and of content or attributes: the second
  /// also moves when a tool sets the first back.
  let modified: (Int, Int)
  let changed: (Int, Int)

  /// Nil if there is no such file.
  init?(_ path: String) {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    var status = stat()
    guard stat(resolved, &status) == 0 else { return nil }
    self.path = String(cString: resolved)
    byteCount = Int64(status.st_size)
    inode = UInt64(status.st_ino)
    modified = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    changed = (status.st_ctim.tv_sec, status.st_ctim.tv_nsec)
  }

  /// One line for a cache key.
  var text: String {
    "\(path)\0\(byteCount) \(inode) \(modified.0).\(modified.1) \(changed.0).\(changed.1)\n"
  }

  static func == (left: FileStamp, right: FileStamp) -> Bool { left.text == right.text }
}
