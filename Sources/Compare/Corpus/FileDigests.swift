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

  /// Of what was opened, whatever its path names by now.
  ///
  /// - Throws: `.changedWhileRead` if it changed since.
  package func digest(of source: any ByteSource) throws(LoadError) -> String {
    var hash = SHA256()
    let scratch = ByteScratch()
    for start in stride(from: 0, to: source.byteCount, by: Self.blockByteCount) {
      let block = start..<min(start + Self.blockByteCount, source.byteCount)
      try source.read(block, tensor: nil, scratch: scratch) { (bytes) throws(LoadError) in
        hash.update(bufferPointer: bytes)
      }
    }
    try source.checkUnchanged()
    return hash.finalize().hexadecimal
  }

  private static let blockByteCount = 4 << 20

  package func digest(ofFile path: String) throws(LoadError) -> String {
    let key = cache?.key(path: path, files: [path])
    if let key, let known = cache?.fileDigest(for: key) { return known }
    let digest = try digest(of: try MappedFile(path: path))
    if let key, cache?.key(path: path, files: [path]) == key {
      cache?.store(fileDigest: digest, for: key)
    }
    return digest
  }
}
