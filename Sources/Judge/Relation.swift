/// How a subject relates to a reference, or to the corpus.
package enum Relation: String, Sendable, Codable, CaseIterable {
  case identical
  case derived
  case partial
  case merged
  case sharedInitialisation = "shared-initialisation"
  case noEvidence = "no-evidence"
  case inconclusive
}

package enum Direction: String, Sendable, Codable {
  case fromReference = "from-reference"
  case toReference = "to-reference"
  case undirected
}
