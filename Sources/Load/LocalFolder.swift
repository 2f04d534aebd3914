import Foundation
import Glibc

/// A folder on this machine.
package struct LocalFolder: ModelFolder {
  package let path: String
  package let identity: ModelIdentity
  let limits: LoadLimits
  private let root: ModelRoot

  /// - Parameter path: a folder; it need not be there.
  package init(path: String, limits: LoadLimits = .standard) {
    self.path = path
    self.limits = limits
    let absolute = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
    identity =
      HubCache.identity(ofFolderAt: absolute) ?? ModelIdentity(name: PathName.name(of: path))
    root = ModelRoot(ofFolderAt: path)
  }

  package func entries() throws(LoadError) -> [FolderEntry] {
    guard let stream = opendir(path) else {
      throw LoadError(.readFailed, "the folder cannot be listed", file: path)
    }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      guard entries.count < limits.folderEntryCount else {
        throw LoadError(
          .limitExceeded,
          "the folder holds more than \(limits.folderEntryCount) files, too many to look at",
          file: path)
      }
      let type = entry.pointee.d_type
      entries.append(
        FolderEntry(name, kind(of: name, type: type), isLink: Int(type) == Int(DT_LNK)))
    }
    return entries.sorted { $0.name < $1.name }
  }

  private func kind(of name: String, type: UInt8) -> FolderEntry.Kind {
    switch Int(type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_LNK), Int(DT_UNKNOWN):
      var status = stat()
      guard stat(PathName.join(path, name), &status) == 0 else { return .brokenLink }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return .file
      case S_IFDIR: return .folder
      default: return .other
      }
    default: return .other
    }
  }

  package func open(_ name: String) throws(LoadError) -> any ByteSource {
    guard ModelRoot.isInside(name) else {
      throw LoadError(
        .shardOutsideFolder, "\(LoadError.quote(name)) is not a file in the folder", file: path)
    }
    let file = PathName.join(path, name)
    if let outside = root.outside(file) {
      throw LoadError(
        .shardOutsideFolder,
        "\(LoadError.quote(name)) is a link to \(LoadError.quote(outside)), outside the "
          + "model's folder; name that file itself if it is meant", file: path)
    }
    return try MappedFile(path: file)
  }

  package func folder(_ name: String) -> any ModelFolder {
    LocalFolder(path: PathName.join(path, name), limits: limits)
  }
}
