import Glibc
import MappingGuard

/// A regular file mapped read-only into memory, whose bytes are handed out only within its bounds.
///
/// Headers and indices are looked at through the mapping. Weights are read into memory of the
/// caller's: on the development machine that is a third faster than faulting mapped pages in, it
/// keeps the process small whatever the file's size, and a file that shrinks meanwhile is an error.
///
/// `@unchecked Sendable`: the mapping is made in `init`, never written, and removed in `deinit`, so
/// the pointer may be read from any thread. A file that another process shortens while it is mapped
/// is an error of the read that meets its new end (`MappingGuard`).
package final class MappedFile: ByteSource, @unchecked Sendable {
  package let path: String
  package let byteCount: Int
  /// What the file was when it was opened.
  let state: FileState
  private let base: UnsafeRawPointer
  let descriptor: Int32
  private let mappingGuard: OpaquePointer

  /// Shells let programs open some thousand files; the shards of one checkpoint may be more.
  ///
  /// Asked for once, this process may open as many as the system grants.
  private static let mayOpenMore: Bool = {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0,
      limits.rlim_cur < limits.rlim_max
    else { return false }
    limits.rlim_cur = limits.rlim_max
    return setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0
  }()

  /// Maps a file.
  ///
  /// Directories, devices and FIFOs are refused without ever blocking on them.
  package convenience init(path: String) throws(LoadError) {
    try self.init(path: path, reportedAs: path)
  }

  /// Maps a file that stands for another, whose path is to be named in errors.
  package init(path: String, reportedAs reportedPath: String) throws(LoadError) {
    // O_NONBLOCK: opening a FIFO without a writer would otherwise wait for one forever.
    var descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0, errno == EMFILE, Self.mayOpenMore {
      descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw LoadError.opening(path, errno: errno) }
    var isComplete = false
    defer { if !isComplete { close(descriptor) } }
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
    guard let mappingGuard = mapping_guard_begin(address, count) else {
      munmap(address, count)
      throw LoadError.opening(path, errno: ENOMEM)
    }
    self.mappingGuard = mappingGuard
    state = FileState(path: path, status)
    self.path = reportedPath
    byteCount = count
    base = UnsafeRawPointer(address)
    self.descriptor = descriptor
    isComplete = true
  }

  deinit {
    mapping_guard_end(mappingGuard)
    munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
    close(descriptor)
  }

  /// Calls `body` with the bytes of a range of the file; the pointer is valid only during the call.
  ///
  /// - Parameters:
  ///   - range: offsets from the start of the file.
  ///   - tensor: the name for the error message, when the bytes belong to one tensor.
  ///   - body: what to do with the bytes.
  /// - Returns: what `body` returns.
  /// - Throws: `.truncated` when the range is not wholly inside the file, `.changedWhileRead` when
  ///   the file has become shorter; what `body` throws.
  package func withBytes<R>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> R
  ) throws(LoadError) -> R {
    try check(range, tensor: tensor)
    let result: R
    do throws(LoadError) {
      result = try body(UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    } catch {
      try checkMapping()
      throw error
    }
    try checkMapping()
    return result
  }

  package var localFile: MappedFile? { self }

  /// - Throws: `.changedWhileRead` if the path names another file by now, or another state of it.
  package func checkUnchanged() throws(LoadError) { try state.check(reportedAs: path) }

  /// Zeros may have been read in place of the file's bytes: then neither a result nor an error made
  /// of them counts.
  private func checkMapping() throws(LoadError) {
    guard mapping_guard_is_damaged(mappingGuard) else { return }
    throw LoadError(
      .changedWhileRead, "the file became shorter while it was read; run again when it is whole",
      file: path)
  }

  private func check(_ range: Range<Int>, tensor: String?) throws(LoadError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw LoadError(
        .truncated,
        "bytes \(range.lowerBound)..<\(range.upperBound) are needed, the file has \(byteCount)",
        file: path, offset: UInt64(exactly: range.lowerBound), tensor: tensor)
    }
  }

  /// Reads a range of the file into `scratch` and calls `body` with it.
  ///
  /// - Throws: `.truncated` when the range is not wholly inside the file, `.changedWhileRead` when
  ///   the file has become shorter, `.readFailed` when the system cannot read; what `body` throws.
  package func read<R>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> R
  ) throws(LoadError) -> R {
    try check(range, tensor: tensor)
    let target = scratch.reserve(range.count)
    var done = 0
    while done < range.count, let base = target.baseAddress {
      let count = pread(
        descriptor, base + done, range.count - done, off_t(range.lowerBound + done))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let offset = UInt64(exactly: range.lowerBound + done)
        throw count == 0
          ? LoadError(
            .changedWhileRead,
            "the file became shorter while it was read; run again when it is whole", file: path,
            offset: offset, tensor: tensor)
          : LoadError(
            .readFailed, String(cString: strerror(errno)), file: path, offset: offset,
            tensor: tensor)
      }
      done += count
    }
    return try body(UnsafeRawBufferPointer(target))
  }

  /// Asks the system to fetch a range, counted from `start`, without waiting for it.
  package func prefetch(_ range: Range<Int>, from start: Int) {
    // Advice: where it is not heard, reading waits for the disk.
    _ = posix_fadvise(
      descriptor, off_t(start + range.lowerBound), off_t(range.count), POSIX_FADV_WILLNEED)
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
