/// What screening saw of one reference: standard normal scores for strangers, to about a factor of
/// 1.7 (tensors that share a basis are not independent).
package struct ScreeningScore: Sendable, Equatable, Codable {
  /// Share of the subject's parameters in tensors of equal bytes.
  package var equal = 0.0
  /// Mean cosine over matrices at equal places.
  package var linearMean = 0.0
  /// Mean over the subject's layers of the best layer's cosine; nil if circuits do not compare.
  package var circuitsMean: Double?
  var z: [Channel: Double] = [:]

  /// Nothing in common.
  package init() {}

  /// Each sees one kind of descent best; a parent needs to lead in one only.
  enum Channel: String, Codable, CodingKeyRepresentable, CaseIterable {
    /// All matrices at equal places: fine-tunes, merges down to small weights.
    case places
    /// The subject's unit whose matrices find the best counterparts anywhere: grafts, moved layers.
    case unit
    /// All matrices with their best counterparts anywhere: renamed and re-ordered models.
    case anywhere
    /// Embedding and head, whose rows are tokens.
    case tokens
    /// All layers' circuits, in place or with the best layer each: disguised models.
    case circuits
    /// The best pair of layers by circuits: disguised grafts.
    case layer
  }

  /// The strongest evidence.
  package var strongest: Double { max(equal > 0 ? 100 * equal : 0, z.values.max() ?? 0) }
}
