/// How a subject relates to a reference, or to the corpus.
package enum Relation: String, Sendable, Codable, CaseIterable {
  case identical
  case derived
  case partial
  case merged
  /// Trained weights are shared, and it was not shown, asserted or declared that the reference is the
  /// parent.
  case related
  case sharedInitialisation = "shared-initialisation"
  case noEvidence = "no-evidence"
  case inconclusive
}
