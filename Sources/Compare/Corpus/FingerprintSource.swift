package import Canonicalise
package import Fingerprint
import Load

/// Gets the fingerprint of whatever a path names: reads a fingerprint file, finds it in the cache, or
/// makes it from the weights.
package struct FingerprintSource: Sendable {
  package var catalogue: ArchitectureCatalogue
  /// Worker threads for a model's weights.
  package var threads: Int
  /// Nil: fingerprints are neither looked for nor kept.
  package var cache: FingerprintCache?

  package init(catalogue: ArchitectureCatalogue, threads: Int, cache: FingerprintCache?) {
    self.catalogue = catalogue
    self.threads = threads
    self.cache = cache
  }

  /// The fingerprint of a model.
  ///
  /// - Parameters:
  ///   - path: a fingerprint file, or anything that `CheckpointReader` opens.
  ///   - anchors: frames to borrow from if the model has no tokenizer.
  ///   - progress: called from any thread with the number of bytes just processed.
  /// - Returns: the fingerprint, whose frame is borrowed if it has to be.
  /// - Throws: if the weights or the stored fingerprint cannot be read.
  package func fingerprint(
    path: String, borrowing anchors: AnchorPool = .empty,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(FingerprintError) -> ModelFingerprint {
    if FingerprintFile.isFingerprint(path: path) { return try FingerprintFile.read(path: path) }
    let files = try? ModelFiles.files(ofModelAt: path)
    var (opened, frame): (CanonicalModel?, FrameSummary?)
    if !anchors.isEmpty, !ModelFiles.hasVocabulary(files ?? []) {
      let model = try open(path)
      if model.checkpoint.metadata.vocabulary == nil {
        if let size = model.vocabularySize { frame = await anchors.frame(vocabularySize: size) }
      }
      opened = model
    }
    let key = key(path: path, files: files, borrowing: frame)
    if let key, let stored = cache?.fingerprint(for: key) { return stored }
    let model = if let opened { opened } else { try open(path) }
    let fingerprint = try await Fingerprinter(threads: threads, borrowedAnchors: frame)
      .fingerprint(model, progress: progress)
    // If a file changed meanwhile, nothing says which state was seen.
    let now =
      key == nil
      ? nil
      : self.key(
        path: path, files: try? ModelFiles.files(ofModelAt: path), borrowing: frame)
    if let key, key == now { cache?.store(fingerprint, for: key) }
    return fingerprint
  }

  /// A quick look at a model's weights, which is never kept.
  package func look(
    path: String, borrowing anchors: AnchorPool = .empty,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(FingerprintError) -> QuickLook {
    let model = try open(path)
    var frame: FrameSummary?
    if model.checkpoint.metadata.vocabulary == nil, let size = model.vocabularySize {
      frame = await anchors.frame(vocabularySize: size)
    }
    return try await Fingerprinter(threads: threads, borrowedAnchors: frame)
      .look(at: model, progress: progress)
  }

  private func key(
    path: String, files: [String]?, borrowing frame: FrameSummary?
  ) -> FingerprintCache.Key? {
    files.flatMap { cache?.key(path: path, files: $0, borrowing: frame) }
  }

  private func open(_ path: String) throws(FingerprintError) -> CanonicalModel {
    do throws(LoadError) {
      return catalogue.canonicalise(try CheckpointReader.open(path: path))
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }
}

extension CanonicalModel {
  /// Rows of the token embedding, which a frame must fit.
  fileprivate var vocabularySize: Int? {
    tensors.first {
      $0.role == .tokenEmbedding && $0.parameter == .weight && $0.view.elementCount > 0
    }?.view.rowCount
  }
}
