import Foundation

/// Parts of paths, as text: a relative path stays relative, so messages show what the user typed.
enum PathName {
  /// The folder a file is in; `.` if the path does not say.
  static func folder(of path: String) -> String {
    let folder = NSString(string: path).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder == "." ? name : NSString(string: folder).appendingPathComponent(name)
  }

  /// The name of a file or folder, also when the path ends in `.` or `..`.
  static func name(of path: String) -> String {
    let last = NSString(string: path).lastPathComponent
    guard [".", "..", ""].contains(last) else { return last }
    return URL(filePath: path).standardizedFileURL.lastPathComponent
  }

  /// The names in a folder, in order.
  static func entries(of folder: String, limits: LoadLimits) throws(LoadError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw LoadError(.readFailed, "the folder cannot be listed", file: folder)
    }
    guard names.count <= limits.folderEntryCount else {
      throw LoadError(
        .limitExceeded, "the folder holds \(names.count) files; at most \(limits.folderEntryCount) "
          + "are looked at", file: folder)
    }
    return names.sorted()
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
