internal import Compare
internal import Load

extension CorpusKeeper {
  /// Whether a folder holds references, by its manifest or by fingerprints in it, and is no model itself.
  package static func isCorpus(_ path: String) -> Bool {
    guard ModelFiles.isFolder(path), let corpus = try? ReferenceCorpus(paths: [path]) else {
      return false
    }
    // A folder that is one model is a corpus of itself.
    guard !corpus.entries.contains(where: { $0.path == path }) else { return false }
    let manifest = ModelFiles.join(path, CorpusManifest.fileName)
    return corpus.entries.contains { $0.kind == .fingerprint }
      || !corpus.entries.isEmpty && (try? CorpusManifest(path: manifest)) != nil
  }
}
