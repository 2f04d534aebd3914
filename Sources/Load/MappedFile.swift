import Glibc

/// A regular file mapped read-only into memory, whose bytes are handed out only within its bounds.
///
/// `@unchecked Sendable`: the mapping is made in `init`, never written, and removed in `deinit`, so
/// the pointer may be read from any thread. A file that another process shortens while it is mapped
/// still ends the process (SIGBUS): no user of `mmap` is spared that.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let byteCount: Int
  private let base: UnsafeRawPointer

  /// Maps a file.
  ///
  /// Directories, devices and FIFOs are refused without ever blocking on them.
  package init(path: String) throws(LoadError) {
    // O_NONBLOCK: opening a FIFO without a writer would otherwise wait for one forever.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw LoadError.opening(path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw LoadError.opening(path, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LoadError(.readFailed, "not a regular file", file: path)
    }
    guard let count = Int(exactly: status.st_size), count > 0 else {
      throw LoadError(.emptyFile, "the file is empty", file: path)
    }
    guard
      let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
    else { throw LoadError.opening(path, errno: errno) }
    self.path = path
    byteCount = count
    base = UnsafeRawPointer(address)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), byteCount) }

  /// Calls `body` with the bytes of a range of the file; the pointer is valid only during the call.
  ///
  /// - Parameters:
  ///   - range: offsets from the start of the file.
  ///   - tensor: the name for the error message, when the bytes belong to one tensor.
  ///   - body: what to do with the bytes.
  /// - Returns: what `body` returns.
  /// - Throws: `.truncated` when the range is not wholly inside the file; what `body` throws.
  package func withBytes<R>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> R
  ) throws(LoadError) -> R {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw LoadError(
        .truncated,
        "bytes \(range.lowerBound)..<\(range.upperBound) are needed, the file has \(byteCount)",
        file: path, offset: UInt64(exactly: range.lowerBound), tensor: tensor)
    }
    return try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}

extension LoadError {
  /// The error for a file that the system would not open, from `errno`.
  package static func opening(_ path: String, errno code: Int32) -> LoadError {
    switch code {
    case ENOENT, ENOTDIR:
      LoadError(.notFound, "no such file", file: path)
    case EACCES, EPERM:
      LoadError(.notPermitted, "permission denied", file: path)
    default:
      LoadError(.readFailed, String(cString: strerror(code)), file: path)
    }
  }
}
