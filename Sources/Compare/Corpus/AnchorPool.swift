package import Fingerprint

/// The frames of the references, from which models without a tokenizer borrow their anchors.
package struct AnchorPool: Sendable {
  private let frames: [FrameSummary]

  package static let empty = AnchorPool([])

  /// - Parameter fingerprints: ids and fingerprints of the references; only frames made of a
  ///   tokenizer of their own are lent.
  package init(_ fingerprints: [(id: String, fingerprint: ModelFingerprint)]) {
    frames = fingerprints.sorted { $0.id < $1.id }.compactMap(\.fingerprint.frame)
      .filter { $0.kind == .tokenStrings }
  }

  package var isEmpty: Bool { frames.isEmpty }

  /// The frame that a model with this many tokens most likely shares.
  ///
  /// Models of one vocabulary size mostly have one vocabulary, so the anchor ids that most references
  /// agree on are chosen; of equally frequent ones, those of the first reference by id.
  package func frame(vocabularySize: Int) -> FrameSummary? {
    let fitting = frames.filter { $0.vocabularySize == vocabularySize }
    let votes = fitting.reduce(into: [:]) { $0[$1.anchorIDs, default: 0] += 1 }
    let most = votes.values.max()
    return fitting.first { votes[$0.anchorIDs] == most }
  }
}
