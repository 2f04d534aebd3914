import Foundation

/// Parts of paths, as text: a relative path stays relative, so messages show what the user typed.
enum PathName {
  /// The folder a file is in; `.` if the path does not say.
  ///
  /// By hand, because `NSString.deletingLastPathComponent` traps on names of one character.
  static func folder(of path: String) -> String {
    let bytes = withoutTrailingSlashes(path)
    guard let slash = bytes.lastIndex(of: slash) else { return bytes.isEmpty ? root(path) : "." }
    let folder = withoutTrailingSlashes(bytes[..<slash])
    return folder.isEmpty ? "/" : String(decoding: folder, as: UTF8.self)
  }

  static func join(_ folder: String, _ name: String) -> String {
    if folder == "." || folder.isEmpty { return name }
    return folder.utf8.last == slash ? folder + name : folder + "/" + name
  }

  /// The name of a file or folder, also when the path ends in `.` or `..`; `/` for the root.
  static func name(of path: String) -> String {
    let last = lastStep(path)
    guard [".", "..", ""].contains(last) else { return last }
    if last.isEmpty, !path.isEmpty { return "/" }
    var steps: [Substring] = []
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    for step in whole.split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    return steps.last.map(String.init) ?? "/"
  }

  private static let slash = UInt8(ascii: "/")

  /// What stands after the last slash, trailing ones aside.
  private static func lastStep(_ path: String) -> String {
    let bytes = withoutTrailingSlashes(path)
    let start = bytes.lastIndex(of: slash).map(bytes.index(after:)) ?? bytes.startIndex
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  private static func withoutTrailingSlashes(_ path: String) -> Substring.UTF8View {
    withoutTrailingSlashes(Substring(path).utf8)
  }

  private static func withoutTrailingSlashes(_ path: Substring.UTF8View) -> Substring.UTF8View {
    path.prefix(path.count - path.reversed().prefix { $0 == slash }.count)
  }

  /// The folder of a path without any name: the root, or nothing said.
  private static func root(_ path: String) -> String { path.isEmpty ? "." : "/" }

  /// The folder that a folder is in.
  static func folder(above path: String) -> String {
    [".", "..", ""].contains(lastStep(path)) ? join(path, "..") : folder(of: path)
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
        .limitExceeded,
        "the folder holds \(names.count) files; at most \(limits.folderEntryCount) "
          + "are looked at", file: folder)
    }
    return names.sorted()
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
