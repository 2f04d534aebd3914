import Glibc

/// The folder in which a checkout keeps its history, which is made of files and folders only.
struct GitFolder {
  let path: String

  private enum Kind {
    case file, folder, other

    /// Nil of what is not there.
    init?(_ path: String, followsLinks: Bool = true) {
      var status = stat()
      guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
      self =
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }
  }

  /// Files and folders of one repository at most.
  private static let limit = 20_000_000
  /// Folders within each other at most; git's own are two, names of branches may have more.
  private static let depth = 64

  /// - Parameter checkout: a path from the root.
  /// - Throws: where the history is not in this very folder: another repository's, around it or named by
  ///   it, is not this project's.
  init(of checkout: String) throws(GitCheckout.Failure) {
    let hidden = checkout + "/.git"
    switch Kind(hidden, followsLinks: false) {
    case .folder: path = hidden
    case nil: path = checkout
    case .file, .other: throw .elsewhere
    }
    guard Kind(path + "/HEAD") == .file, Kind(path + "/objects") == .folder,
      Kind(path + "/refs") == .folder
    else { throw .noRepository }
    for name in ["config", "packed-refs", "shallow"] where has(name) {
      guard Kind(path + "/" + name) == .file else { throw .special }
    }
    var rest = Self.limit
    for name in ["objects", "refs"] {
      try Self.check(path + "/" + name, depth: Self.depth, rest: &rest)
    }
  }

  func has(_ name: String) -> Bool { Kind(path + "/" + name, followsLinks: false) != nil }

  /// Whoever opens a pipe waits for its other end.
  private static func check(
    _ folder: String, depth: Int, rest: inout Int
  ) throws(GitCheckout.Failure) {
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      rest -= 1
      guard rest > 0, depth > 0 else { throw .tooMuch }
      let path = folder + "/" + name
      switch Int(entry.pointee.d_type) {
      case Int(DT_REG): continue
      case Int(DT_DIR): try check(path, depth: depth - 1, rest: &rest)
      case Int(DT_LNK): guard Kind(path) != .other else { throw .special }
      default:
        // Some file systems do not say.
        switch Kind(path, followsLinks: false) {
        case .file: continue
        case .folder: try check(path, depth: depth - 1, rest: &rest)
        case .other, nil: throw .special
        }
      }
    }
  }
}
