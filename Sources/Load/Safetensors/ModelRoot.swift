import Glibc

/// The folder that the files of a sharded model may not leave, even by a link.
///
/// It is the index's own folder, except in a cache as hubs lay it out,
/// `models--owner--name/snapshots/revision/`, whose files are links into `models--owner--name/blobs/`:
/// there it is the model's folder of the cache.
struct ModelRoot {
  private let path: String?

  init(ofFileAt index: String) {
    guard let folder = Self.resolved(PathName.folder(of: index)) else {
      path = nil
      return
    }
    let steps = folder.split(separator: "/", omittingEmptySubsequences: false)
    let isSnapshot =
      steps.count >= 3 && steps[steps.count - 2] == "snapshots"
      && steps[steps.count - 3].contains("--")
    path = isSnapshot ? steps.dropLast(2).joined(separator: "/") : folder
  }

  /// Where a file really is, if that is outside; nil also for one that is not there.
  func outside(_ file: String) -> String? {
    guard let path, let target = Self.resolved(file) else { return nil }
    return target.hasPrefix(path == "/" ? path : path + "/") ? nil : target
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
