package import Fingerprint
package import Load

extension ModelFingerprint {
  /// SHA-256 of each file of weights that it was made from, in order, so that a model of the same files
  /// can be told from a listing.
  ///
  /// - Parameter hashing: whether files that no hub lists are read once more for it.
  /// - Returns: nil where one of them is not known, and for a fingerprint that was read from a file.
  package func sourceDigests(hashing: Bool) throws(LoadError) -> [String]? {
    var digests: [String] = []
    for file in sources where FormatCatalogue.isNamedLikeWeights(ModelFiles.name(of: file.path)) {
      guard let source = file.source else { return nil }
      if let listed = source.listedDigest {
        digests.append(listed)
      } else if hashing, source.localFile != nil {
        digests.append(try FileDigests().digest(of: source))
      } else {
        return nil
      }
    }
    return digests.isEmpty ? nil : digests.sorted()
  }
}
