internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load
internal import Report

extension SubjectSource {
  private static func isBelow(_ path: String, _ folder: String) -> Bool {
    let (path, folder) = (
      URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
        .standardizedFileURL.pathComponents,
      URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL.pathComponents
    )
    return path.count > folder.count && path.starts(with: folder)
  }

  /// The lines of a card, counted from 1, at which members of its front matter begin.
  private static func lines(of card: String) -> [String: Int] {
    guard let file = try? MappedFile(path: card),
      let text = try? file.read(
        0..<min(file.byteCount, 1 << 16), tensor: nil, scratch: ByteScratch(),
        { (bytes) throws(LoadError) in String(decoding: bytes, as: UTF8.self) })
    else { return [:] }
    var lines: [String: Int] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      for (spelling, member) in [
        ("base_model", "base_model"), ("license", "license"), ("licence", "license"),
      ] where line.hasPrefix(spelling + ":") && lines[member] == nil {
        lines[member] = index + 1
      }
      if index > 0, line.hasPrefix("---") { break }
    }
    return lines
  }

  /// What reports call a file that the tool calls so, seen from the working folder.
  static func title(_ path: String) -> String {
    relative(path, to: FileManager.default.currentDirectoryPath)
  }

  /// Lists the files that were read for a model as seen from the working folder, hashing them, as
  /// they were opened, if asked to.
  ///
  /// - Parameter place: of a model on a hub; nil for one on this machine.
  init(
    _ fingerprint: ModelFingerprint, of path: String, in place: (any ModelFolder)? = nil,
    hashing: Bool
  ) throws(LoadError) {
    let folder = FileManager.default.currentDirectoryPath
    var files: [File] = []
    for file in fingerprint.sources {
      files.append(
        File(
          path: Self.title(file.path), isWeights: true,
          sha256: hashing
            ? try file.source.map { (source) throws(LoadError) in
              try FileDigests().digest(of: source)
            } : nil))
    }
    // A fingerprint stands for the weights that it was made of.
    let beside =
      files.isEmpty ? [path] : ModelFiles.metadata(ofModelAt: place?.metadataPath ?? path)
    func placed(_ file: String) -> String {
      guard let place, file.hasPrefix(place.metadataPath) else { return file }
      return place.path + file.dropFirst(place.metadataPath.count)
    }
    for file in beside {
      files.append(
        File(
          path: Self.title(placed(file)), isWeights: files.isEmpty,
          sha256: hashing ? try FileDigests().digest(ofFile: file) : nil))
    }
    for index in files.indices {
      let path =
        index < fingerprint.sources.count
        ? fingerprint.sources[index].path : beside[index - fingerprint.sources.count]
      files[index].isOutside = place != nil || !Self.isBelow(path, folder)
      if files[index].name.lowercased() == "readme.md" { files[index].lines = Self.lines(of: path) }
    }
    self.init(
      files: files.sorted { $0.path < $1.path },
      unread: fingerprint.identity.unreadFiles.map(\.subject))
  }
}
