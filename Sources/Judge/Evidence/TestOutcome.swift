/// One test of one reference, before any correction for the number of tests.
package struct TestOutcome: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// The numbers of all tensors in place.
    case numbers
    /// What layers compute on common tokens.
    case circuits
    /// The strongest of the parts (layers, embeddings) by themselves.
    case parts
  }

  /// What independence is represented by.
  package enum Null: String, Sendable, Codable, CaseIterable {
    /// Independent tensors, scaled by the spread of sums over independent pairs.
    case sumOverTensors = "sum-over-tensors"
    /// Independent bases of the residual stream.
    case residualStream = "residual-stream"
    /// Random re-basings, of which the best counterparts are chosen too.
    case rebasings
    /// Random rotations of one of the models.
    case rotations
    /// The normal distribution of a part's own statistic, the best of all parts.
    case bestPart = "best-part"
    /// All assignments of units, their number being counted as choices.
    case assignments
  }

  package var kind: Kind
  package var null: Null
  package var log10P: Double

  package init(_ kind: Kind, _ null: Null, log10P: Double) {
    (self.kind, self.null, self.log10P) = (kind, null, log10P)
  }
}
