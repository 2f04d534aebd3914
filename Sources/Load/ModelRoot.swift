import Glibc

/// The folder that the files of a model may not leave by a path, nor by a link to a folder.
///
/// It is the model's own folder, except in a cache as hubs lay it out,
/// `models--owner--name/snapshots/revision/`, whose files are links into `models--owner--name/blobs/`:
/// there it is the model's folder of the cache, and no link may leave it. Elsewhere people link
/// large files into a model's folder from wherever they keep them, and loaders follow.
struct ModelRoot {
  private let path: String?
  private let isCache: Bool

  init(ofFolderAt folder: String) {
    guard let folder = Self.resolved(folder) else {
      path = nil
      isCache = false
      return
    }
    let steps = folder.split(separator: "/", omittingEmptySubsequences: false)
    if let place = steps.lastIndex(of: "snapshots"), place >= 1, place + 1 < steps.count,
      steps[place - 1].contains("--")
    {
      path = steps[..<place].joined(separator: "/")
      isCache = true
    } else {
      path = folder
      isCache = false
    }
  }

  /// Where a file really is, if that is outside; nil also for one that is not there.
  func outside(_ file: String) -> String? {
    guard let path, let target = Self.resolved(file), !Self.isInside(target, path) else {
      return nil
    }
    if !isCache, let folder = Self.resolved(PathName.folder(of: file)),
      folder == path || Self.isInside(folder, path)
    {
      return nil
    }
    return target
  }

  private static func isInside(_ target: String, _ folder: String) -> Bool {
    target.hasPrefix(folder == "/" ? folder : folder + "/")
  }

  /// Whether a name stays in the folder, as far as the name goes.
  static func isInside(_ name: String) -> Bool {
    // By bytes, as the system reads it: a mark behind a slash makes them one character.
    let components = Array(name.utf8).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "\\"))
      && components.allSatisfy {
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
      }
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
