package import Canonicalise

/// Parts of a model that claim the same places in the network: two embeddings, or two stacks of layers
/// under prefixes of their own (`actor.`, `student.`).
///
/// Software that loads the model reads one of them. Whoever takes the first for the model is led
/// astray by one tensor more, so each is read by itself.
package struct RivalParts: Sendable, Equatable {
  /// The prefixes of the parts, as names have them; empty for none.
  package let prefixes: [String]
  /// The ways of reading the model, each with one embedding and one stack of layers.
  package let readings: [ModelReading]
  /// Whether these are all ways.
  package let isComplete: Bool

  /// More ways than this are not tried.
  package static let limit = 8
  /// With more prefixes than this the ways are not counted.
  private static let mostPrefixes = 32

  /// Nil for a model in which every place that circuits are made of is taken once.
  ///
  /// - Complexity: the names of the tensors are looked at some ten times, whatever they are.
  package init?(_ model: ModelFingerprint) {
    let claims = PlaceClaims(model)
    guard claims.areRivals else { return nil }
    prefixes = claims.prefixes
    guard prefixes.count <= Self.mostPrefixes else {
      (readings, isComplete) = ([], false)
      return
    }
    let parts = ModelParts(claims, prefixes: prefixes)
    let ways = parts.ways(limit: Self.limit)
    readings = ways.readings
    isComplete = ways.isComplete
  }

  /// Whether nobody can say of a fingerprint alone that every part was read.
  package var isOpen: Bool { !prefixes.isEmpty || !isComplete }
}

/// One way of reading a model whose parts claim the same places.
package struct ModelReading: Sendable, Equatable {
  /// Prefix of the layers that are read.
  package var prefix: String
  /// Name of the embedding that anchors the circuits.
  package var embedding: String
  /// Names of the tensors that are no part of what is read.
  package var demoted: Set<String>

  /// The model, with what is not read in components of its own.
  package func applied(to model: CanonicalModel) -> CanonicalModel {
    var result = model
    result.anchorName = embedding
    for index in result.tensors.indices where demoted.contains(result.tensors[index].name) {
      result.tensors[index].component += Self.mark
    }
    return result
  }

  /// Whether a component is one that its reading leaves out, of which no circuits are made.
  package static func leavesOut(_ component: String) -> Bool { component.hasSuffix(mark) }

  /// What the names of components end with that are not read.
  private static let mark = " (unread)"
}
