internal import Compare
internal import Fingerprint
internal import Foundation
internal import Load
internal import Report

extension SubjectSource {
  /// Lists the files that were read for a model as seen from the working folder, hashing them, as
  /// they were opened, if asked to.
  init(_ fingerprint: ModelFingerprint, of path: String, hashing: Bool) throws(LoadError) {
    let folder = FileManager.default.currentDirectoryPath
    var files: [File] = []
    for file in fingerprint.sources {
      files.append(
        File(
          path: Self.relative(file.path, to: folder), isWeights: true,
          sha256: hashing
            ? try file.source.map { (source) throws(LoadError) in
              try FileDigests().digest(of: source)
            } : nil))
    }
    // A fingerprint stands for the weights that it was made of.
    let beside = files.isEmpty ? [path] : ModelFiles.metadata(ofModelAt: path)
    for file in beside {
      files.append(
        File(
          path: Self.relative(file, to: folder), isWeights: files.isEmpty,
          sha256: hashing ? try FileDigests().digest(ofFile: file) : nil))
    }
    self.init(
      files: files.sorted { $0.path < $1.path },
      unread: fingerprint.identity.problems(.unreadWeights).map(\.subject))
  }
}
