internal import Compare
internal import Crypto
internal import Fingerprint
internal import Foundation
internal import Glibc
internal import Load

/// The folder of an evidence pack.
package enum EvidenceFolder {
  /// Why evidence cannot be written to a folder: it holds something, or lies within a model or a corpus,
  /// which would no longer be what was judged.
  ///
  /// - Parameter inputs: paths of models and corpora.
  /// - Returns: nil if it can.
  package static func problem(with folder: String, beside inputs: [String]) -> String? {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue else { return "is no folder" }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        return "cannot be listed"
      }
      guard names.isEmpty else { return "is not empty; evidence goes to a folder of its own" }
    }
    let place = resolved(folder)
    for input in inputs where ModelFiles.isFolder(input) {
      if place.starts(with: resolved(input)) {
        return "lies within \(LoadError.quote(input)), which evidence must not change"
      }
    }
    return nil
  }

  /// The steps of a path from the root, links followed as far as it is there.
  private static func resolved(_ path: String) -> [String] {
    var missing: [String] = []
    var url = URL(filePath: path).standardizedFileURL.absoluteURL
    while !FileManager.default.fileExists(atPath: url.path(percentEncoded: false)),
      url.pathComponents.count > 1
    {
      missing.insert(url.lastPathComponent, at: 0)
      url = url.deletingLastPathComponent().standardizedFileURL
    }
    return url.resolvingSymlinksInPath().pathComponents + missing
  }

  /// Size and SHA-256 of a file.
  static func measure(_ path: String) throws(LoadError) -> (bytes: Int, sha256: String) {
    var status = stat()
    if stat(path, &status) == 0, status.st_size == 0 {
      return (0, SHA256.hash(data: Data()).hexadecimal)
    }
    let file = try MappedFile(path: path)
    return (file.byteCount, try FileDigests().digest(of: file))
  }

  /// All files below a folder, as paths from it, in order.
  ///
  /// - Throws: for what is neither a regular file nor a folder: a link leads to what nobody vouched for.
  static func files(in folder: String) throws(LoadError) -> [String] {
    var (found, count): ([String], Int) = ([], 0)
    var open = [""]
    while let below = open.popLast() {
      let path = below.isEmpty ? folder : folder + "/" + below
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: path)
      } catch {
        throw LoadError(.readFailed, "the folder cannot be listed", file: path)
      }
      for name in names {
        let inner = below.isEmpty ? name : below + "/" + name
        var status = stat()
        guard lstat(folder + "/" + inner, &status) == 0 else {
          throw LoadError(.readFailed, "cannot be looked at", file: inner)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: found.append(inner)
        case S_IFDIR where inner.count(where: { $0 == "/" }) < 8: open.append(inner)
        default:
          throw LoadError(
            .metadataMalformed, "is no regular file, as all of a pack are", file: inner)
        }
        count += 1
        guard count <= 100_000 else {
          throw LoadError(.limitExceeded, "holds more than 100000 entries", file: folder)
        }
      }
    }
    return found.sorted()
  }
}
