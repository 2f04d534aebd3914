/// A circuit of a layer, named after the matrices it composes (method, section 3).
package enum CircuitKind: String, Sendable, Codable, CaseIterable {
  /// Σ_h P γ Wq_hᵀ Wk_h γ Pᵀ: what attends to what.
  case qk
  /// Σ_h P Wo_h Wv_h γ Pᵀ: what attention moves.
  case ov
  /// P W_down W_up γ Pᵀ: what the feed-forward block writes.
  case ud
  /// P γ W_gateᵀ W_gate γ Pᵀ (without a gate: of W_up): what the feed-forward block reads.
  case gg

  /// Whether the circuit is a symmetric matrix, which halves its degrees of freedom.
  package var isSymmetric: Bool { self == .gg }
}

/// The circuits of one layer, or of one expert of a layer.
package struct LayerCircuits: Sendable, Equatable {
  package static let side = Projection.directions

  package var component: String
  package var layer: Int
  /// For a feed-forward block among several.
  package var expert: Int?
  /// Row-major `[64, 64]`, the isotropic part regressed out, of unit Frobenius norm.
  package var circuits: [CircuitKind: [Float]]

  package init(component: String, layer: Int, expert: Int?, circuits: [CircuitKind: [Float]]) {
    self.component = component
    self.layer = layer
    self.expert = expert
    self.circuits = circuits
  }
}

/// What a fingerprint says about its probe directions.
package struct FrameSummary: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// Anchored by token strings of the model's own tokenizer: comparable across tokenizers.
    case tokenStrings
    /// Anchored by token strings at the ids that a reference's tokenizer gives them.
    case borrowedTokenStrings
    /// Anchored by the first token ids, for want of any strings: comparable with its own kind only,
    /// and telling only if the two models number their tokens alike.
    case tokenIDs

    /// Whether frames of the two kinds share their directions.
    package func isComparable(with other: Kind) -> Bool {
      (self == .tokenIDs) == (other == .tokenIDs)
    }
  }

  package var kind: Kind
  /// Id of each anchor token in this model's vocabulary, by its key (`AnchorList`).
  package var anchorIDs: [Int: Int]
  package var vocabularySize: Int
  /// Singular directions of the anchor embeddings kept after the head was dropped.
  package var rank: Int
  /// Singular values of the loudest tokens' embeddings, largest first, which neither the order of
  /// tokens nor a rotation changes; nil in fingerprints of earlier versions, and where there are too few.
  package var spectrum: [Float]?
  /// What the vocabulary beside the weights says of the anchors, where it was put aside.
  package var contradiction: VocabularyContradiction?

  package init(kind: Kind, anchorIDs: [Int: Int], vocabularySize: Int, rank: Int) {
    self.kind = kind
    self.anchorIDs = anchorIDs
    self.vocabularySize = vocabularySize
    self.rank = rank
  }
}
