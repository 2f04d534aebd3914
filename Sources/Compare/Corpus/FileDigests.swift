import Crypto
import Fingerprint
import Foundation
package import Load

/// SHA-256 of files as manifests record them.
package struct FileDigests: Sendable {
  private let cache: FingerprintCache?

  /// - Parameter cache: where digests of large files are kept, so that a corpus is not read through
  ///   on every run.
  package init(cache: FingerprintCache? = nil) {
    self.cache = cache
  }

  /// What manifests record of a model.
  ///
  /// Of a file: its SHA-256. Of a folder with one file of weights: that file's. With several: that of
  /// what `sha256sum` prints for them in the order of their names.
  package func digest(ofModelAt path: String) throws(LoadError) -> String {
    guard ModelFiles.isFolder(path) else { return try digest(ofFile: path) }
    let weights = try ModelFiles.names(in: path).filter {
      let file = ModelFiles.join(path, $0)
      return !ModelFiles.isFolder(file) && ModelFiles.seemsWeights(file)
    }
    guard let first = weights.first else {
      throw LoadError(.noWeights, "holds no weights", file: path)
    }
    guard weights.count > 1 else { return try digest(ofFile: ModelFiles.join(path, first)) }
    var lines = ""
    for name in weights {
      lines += "\(try digest(ofFile: ModelFiles.join(path, name)))  \(name)\n"
    }
    return SHA256.hash(data: Data(lines.utf8)).hexadecimal
  }

  package func digest(ofFile path: String) throws(LoadError) -> String {
    let key = cache?.key(path: path, files: [path])
    if let key, let known = cache?.fileDigest(for: key) { return known }
    let file = try MappedFile(path: path)
    let digest = try file.withBytes(in: 0..<file.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in
      var hash = SHA256()
      hash.update(bufferPointer: bytes)
      return hash.finalize().hexadecimal
    }
    if let key, cache?.key(path: path, files: [path]) == key {
      cache?.store(fileDigest: digest, for: key)
    }
    return digest
  }
}
