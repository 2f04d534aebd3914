package import Canonicalise
import Load

/// Finds a model's anchor tokens, reads their embedding rows and makes the frame.
struct FrameBuilder {
  let model: CanonicalModel
  let borrowed: FrameSummary?
  /// Whether the model's own vocabulary is put aside: with its tokens nothing was found.
  var ignoresVocabulary = false
  /// The reference whose tokens the borrowed anchors are, told by the embeddings alone.
  var matchedReference: String?
  /// Whether the whole embedding may be read.
  var readsAll = true
  /// Anchors that are made do with, the first ones.
  var mostAnchors = AnchorList.limit

  struct Built {
    var frame: AnchorFrame?
    var summary: FrameSummary?
    /// Why there is no frame, or what it is not good for.
    var note: String?
  }

  func build() throws(LoadError) -> Built {
    guard let embedding = model.anchorEmbedding else {
      return Built(note: "no token embedding: circuits cannot be anchored")
    }
    let (vocabularySize, hidden) = (embedding.view.rowCount, embedding.view.columnCount)
    guard hidden <= AnchorFrame.mostDimensions else {
      return Built(note: "the token embedding has \(hidden) columns: circuits cannot be anchored")
    }
    let kind: FrameSummary.Kind
    let ids: [Int: Int]
    if !ignoresVocabulary, let own = model.ownAnchors {
      kind = .tokenStrings
      ids = own
    } else if let borrowed, borrowed.vocabularySize == vocabularySize {
      kind = borrowed.kind == .tokenIDs ? .tokenIDs : .borrowedTokenStrings
      ids = borrowed.anchorIDs
    } else if model.hasBlocks {
      kind = .tokenIDs
      ids = Dictionary(
        uniqueKeysWithValues: (0..<min(AnchorList.limit, vocabularySize)).map { ($0, $0) })
    } else {
      return Built(note: "no tokenizer beside the weights: circuits cannot be anchored")
    }
    let usable = ids.filter { $0.value >= 0 && $0.value < vocabularySize }.sorted {
      $0.key < $1.key
    }.prefix(mostAnchors)
    guard let reader = MatrixReader(embedding.source, view: embedding.view) else {
      return Built(
        note: "the token embedding was not decoded (\(embedding.source.storedAs)): circuits cannot "
          + "be anchored")
    }
    if !embedding.view.transposed {
      // A thousand rows here and there: asked for at once, they cost a disk little more than one.
      for (_, id) in usable {
        embedding.source.prefetch(reader.enclosing(from: (id, 0), through: (id + 1, hidden)))
      }
    }
    let rows = try reader.canonicalRows(usable.map(\.value), scratch: ByteScratch())
      .map { $0.isFinite ? Double($0) : 0 }
    let anchors = usable.map {
      kind == .tokenIDs ? Array("#\($0.key)".utf8) : AnchorList.standard.seed($0.key)
    }
    let frame = AnchorFrame(embeddings: rows, anchors: anchors, hidden: hidden)
    guard let frame else {
      return Built(
        note: "only \(usable.count) anchor tokens with independent embeddings: circuits cannot be "
          + "anchored")
    }
    var summary = FrameSummary(
      kind: kind, anchorIDs: Dictionary(uniqueKeysWithValues: usable.map { ($0.key, $0.value) }),
      vocabularySize: vocabularySize, rank: frame.rank)
    if readsAll { summary.spectrum = try TokenCloud(model)?.spectrum }
    if ignoresVocabulary, kind != .tokenIDs {
      summary.contradiction = contradiction(of: summary.anchorIDs)
    }
    return Built(frame: frame, summary: summary, note: note(kind))
  }

  /// What the vocabulary that was put aside says of tokens whose ids the weights show; nil without one.
  private func contradiction(of shown: [Int: Int]) -> VocabularyContradiction? {
    guard let vocabulary = model.checkpoint.metadata.vocabulary, let own = model.ownAnchors else {
      return nil
    }
    return VocabularyContradiction(
      file: ModelFiles.name(of: vocabulary.source), own: own, shown: shown,
      reference: matchedReference)
  }

  /// What anchors other than the model's own are not good for, and why they were taken.
  private func note(_ kind: FrameSummary.Kind) -> String? {
    if let matchedReference {
      return
        "tokens were told by their embeddings alone, and are those of \(matchedReference) in another "
        + "order or under other names; the number of tests is corrected for that"
    }
    let ids = "circuits are anchored by token ids, and compare only with models anchored so"
    guard let vocabulary = model.checkpoint.metadata.vocabulary else {
      return kind == .tokenIDs ? "no tokenizer beside the weights: " + ids : nil
    }
    let file = ModelFiles.name(of: vocabulary.source)
    if ignoresVocabulary {
      return
        "\(file) contradicts the weights: by its tokens nothing was found, by the token ids of "
        + "the references descent was; their number is corrected for both"
    }
    let few = "\(file) has fewer than \(AnchorFrame.minimumAnchors) tokens that can be anchors: "
    switch kind {
    case .tokenStrings: return nil
    case .borrowedTokenStrings:
      return few + "circuits are anchored by the token ids of references with as many tokens"
    case .tokenIDs: return few + ids
    }
  }

  /// The stored gains of a norm, or nil when they cannot be read; the pass over the tensor itself
  /// reports why.
  func gains(_ norm: CanonicalTensor) -> [Float]? {
    guard let reader = MatrixReader(norm.source, view: norm.view) else { return nil }
    return try? reader.readRow(0, scratch: ByteScratch())
  }
}

extension CanonicalModel {
  /// The token embedding by which circuits are anchored.
  package var anchorEmbedding: CanonicalTensor? {
    if let anchorName { return tensors.first { $0.name == anchorName } }
    return AnchorChoice.embedding(of: self).map { tensors[$0] }
  }

  /// Ids of the anchor tokens, by their keys; nil where the model's own vocabulary was not
  /// read, or has too few of them to make a frame.
  package var ownAnchors: [Int: Int]? {
    guard let vocabulary = checkpoint.metadata.vocabulary, let rows = anchorEmbedding?.view.rowCount
    else { return nil }
    let ids = AnchorList.standard.ids(in: vocabulary)
    let usable = ids.count { (0..<rows).contains($0.value) }
    return usable >= AnchorFrame.minimumAnchors ? ids : nil
  }

  /// Whether there are attention or feed-forward blocks, which circuits are made of.
  fileprivate var hasBlocks: Bool {
    tensors.contains { tensor in
      tensor.layer != nil
        && [.attentionQuery, .latentKeyValueDown, .mlpUp, .mlpGate].contains(tensor.role)
    }
  }
}
