package import Canonicalise
package import Fingerprint
package import Load

/// Gets the fingerprint of whatever a path names: reads a fingerprint file, finds it in the cache, or
/// makes it from the weights.
package struct FingerprintSource: Sendable {
  package var catalogue: ArchitectureCatalogue
  /// Worker threads for a model's weights.
  package var threads: Int
  /// Nil: fingerprints are neither looked for nor kept.
  package var cache: FingerprintCache?
  /// Whether models are only looked at, unless their fingerprints are at hand.
  package var isQuick = false
  /// Anchors that looks make do with.
  package var lookAnchors = AnchorList.limit
  /// Whether what lines up units is kept (`Fingerprinter.keepsUnits`).
  package var keepsUnits = false
  /// Opens a model, of which perhaps little will be read.
  package var opener: @Sendable (String, _ isSampled: Bool) throws(LoadError) -> Checkpoint = {
    (path, _) throws(LoadError) in try CheckpointReader.open(path: path)
  }

  /// What says of a model on a hub which it is and of which files; nil where that is not known.
  package var hubStamp: @Sendable (String) -> String? = { _ in nil }

  package init(catalogue: ArchitectureCatalogue, threads: Int, cache: FingerprintCache?) {
    self.catalogue = catalogue
    self.threads = threads
    self.cache = cache
  }

  /// The fingerprint of a model; where `isQuick`, of what a quick look sees of it.
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
  ) throws(FingerprintError) -> ModelFingerprint {
    let isOnHub = HubAddress.isMeant(by: path)
    if !isOnHub, FingerprintFile.isFingerprint(path: path) {
      return try FingerprintFile.read(path: path)
    }
    let files = isOnHub ? nil : try? ModelFiles.files(ofModelAt: path)
    var (opened, frame): (CanonicalModel?, FrameSummary?)
    if !anchors.isEmpty {
      let key = key(path: path, files: files)
      var size = key.flatMap { cache?.unnamedTokens(for: $0) }
      if size == nil {
        if isQuick {
          return try look(path: path, borrowing: anchors, progress: progress).fingerprint
        }
        let model = try open(path)
        size = model.unnamedTokens
        if let key, isUnchanged(path, key) { cache?.store(unnamedTokens: size ?? 0, for: key) }
        opened = model
      }
      if let size, size > 0 { frame = anchors.frame(vocabularySize: size) }
    }
    let key = key(path: path, files: files, borrowing: frame)
    if let key, let stored = cache?.fingerprint(for: key) { return stored }
    if isQuick { return try look(path: path, borrowing: anchors, progress: progress).fingerprint }
    let model = if let opened { opened } else { try open(path) }
    var fingerprinter = Fingerprinter(threads: threads, borrowedAnchors: frame)
    fingerprinter.keepsUnits = keepsUnits
    let fingerprint = try fingerprinter.fingerprint(model, progress: progress)
    if let key, isUnchanged(path, key, borrowing: frame) { cache?.store(fingerprint, for: key) }
    return fingerprint
  }

  /// The fingerprint of a model whose own vocabulary is put aside, which is never kept.
  ///
  /// - Parameter frame: whose anchors it gets; nil for token ids.
  package func fingerprint(
    path: String, anchoredBy frame: FrameSummary?,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> ModelFingerprint {
    try Fingerprinter(threads: threads, borrowedAnchors: frame, ignoresVocabulary: true)
      .fingerprint(try open(path), progress: progress)
  }

  /// The fingerprint of a model whose tokens were matched with a reference's by their embeddings, which
  /// is never kept.
  ///
  /// - Parameter frame: the ids of the reference's anchors in the model.
  package func fingerprint(
    path: String, as reading: ModelReading?, matching reference: String, by frame: FrameSummary,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> ModelFingerprint {
    let model = try open(path)
    var fingerprinter = Fingerprinter(
      threads: threads, borrowedAnchors: frame, ignoresVocabulary: true)
    fingerprinter.matchedReference = reference
    return try fingerprinter.fingerprint(reading?.applied(to: model) ?? model, progress: progress)
  }

  /// The fingerprint of one reading of a model, which is never kept.
  package func fingerprint(
    path: String, as reading: ModelReading, borrowing anchors: AnchorPool,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> ModelFingerprint {
    let model = reading.applied(to: try open(path))
    let size = model.unnamedTokens
    let frame = size > 0 ? anchors.frame(vocabularySize: size) : nil
    return try Fingerprinter(threads: threads, borrowedAnchors: frame)
      .fingerprint(model, progress: progress)
  }

  /// A quick look at a model's weights, which is never kept.
  package func look(
    path: String, borrowing anchors: AnchorPool = .empty,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws(FingerprintError) -> QuickLook {
    let model = try open(path, isSampled: true)
    let size = anchors.isEmpty ? 0 : model.unnamedTokens
    let frame = size > 0 ? anchors.frame(vocabularySize: size) : nil
    var fingerprinter = Fingerprinter(threads: threads, borrowedAnchors: frame)
    fingerprinter.mostAnchors = lookAnchors
    return try fingerprinter.look(at: model, progress: progress)
  }

  /// Whether a model's fingerprint is at hand or may be, so that a quick look would be none.
  func mayKnow(_ path: String) -> Bool {
    let isOnHub = HubAddress.isMeant(by: path)
    if !isOnHub, FingerprintFile.isFingerprint(path: path) { return true }
    let files = isOnHub ? nil : try? ModelFiles.files(ofModelAt: path)
    guard let cache, let key = key(path: path, files: files) else { return false }
    return cache.hasFingerprint(for: key) || (cache.unnamedTokens(for: key) ?? 0) > 0
  }

  private func key(
    path: String, files: [String]?, borrowing frame: FrameSummary? = nil
  ) -> FingerprintCache.Key? {
    guard let cache else { return nil }
    if HubAddress.isMeant(by: path) {
      return hubStamp(path).map {
        cache.key(ofModelOnHub: path, stamp: $0, borrowing: frame)
      }
    }
    return files.flatMap { cache.key(path: path, files: $0, borrowing: frame) }
  }

  /// Whether a key still names the state of a model; if a file changed since, nothing says which
  /// state was read.
  private func isUnchanged(
    _ path: String, _ key: FingerprintCache.Key, borrowing frame: FrameSummary? = nil
  ) -> Bool {
    // A commit stays what it is.
    HubAddress.isMeant(by: path) || cache?.key(ofModelAt: path, borrowing: frame) == key
  }

  private func open(
    _ path: String, isSampled: Bool = false
  ) throws(FingerprintError) -> CanonicalModel {
    do throws(LoadError) {
      return catalogue.canonicalise(try opener(path, isSampled))
    } catch {
      throw FingerprintError(unreadable: error)
    }
  }
}

extension CanonicalModel {
  /// Rows of the token embedding of a model without anchors of its own, which a borrowed frame must
  /// fit; 0 if it has some, or no embedding.
  fileprivate var unnamedTokens: Int {
    ownAnchors == nil ? anchorEmbedding?.view.rowCount ?? 0 : 0
  }
}
