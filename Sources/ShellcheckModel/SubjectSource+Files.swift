internal import Compare
internal import Foundation
internal import Load
internal import Report

extension SubjectSource {
  /// Lists the files of a model as seen from the working folder, hashing them if asked to.
  init(model path: String, hashing: Bool) throws(LoadError) {
    let folder = FileManager.default.currentDirectoryPath
    var files: [File] = []
    for file in try ModelFiles.files(ofModelAt: path).sorted() {
      files.append(
        File(
          path: Self.relative(file, to: folder), isWeights: ModelFiles.seemsWeights(file),
          sha256: hashing ? try FileDigests().digest(ofFile: file) : nil))
    }
    self.init(files: files)
  }
}
