import Glibc

extension ZipArchive {
  /// Appends a member's data to a file, which is made if it is not there.
  ///
  /// - Throws: what `extract` throws; `.readFailed` and its like if the file cannot be written.
  func copy(_ name: String, to path: String) throws(LoadError) {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw LoadError.opening(path, errno: errno) }
    defer { close(descriptor) }
    try extract(name) { block throws(LoadError) in
      var rest = block[...]
      while !rest.isEmpty {
        let count = write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw LoadError.opening(path, errno: errno) }
        rest = rest.dropFirst(count)
      }
    }
  }
}
