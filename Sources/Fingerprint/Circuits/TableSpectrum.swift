import Canonicalise

/// Singular values of the loudest rows of a table that is, or may be, an embedding of tokens.
package struct TableSpectrum: Sendable, Equatable, Codable {
  /// Name of the table.
  package var table: String
  /// So many rows that are louder were passed over.
  package var passedOver: Int
  /// Largest first, as many as a `TokenCloud` has directions at most.
  package var values: [Float]

  package init(table: String, passedOver: Int, values: [Float]) {
    (self.table, self.passedOver, self.values) = (table, passedOver, values)
  }

  /// Whether no fingerprint has them.
  var isImpossible: Bool { passedOver < 0 || !Self.arePossible(values) }

  static func arePossible(_ values: [Float]) -> Bool {
    values.count <= TokenCloud.directions && values.allSatisfy { $0.isFinite && $0 > 0 }
      && zip(values, values.dropFirst()).allSatisfy { $0 >= $1 }
  }
}

extension ModelFingerprint {
  /// The tables whose names tell nothing and that have the shape of an embedding of tokens, the largest
  /// first.
  package var namelessTables: [String] {
    PlaceClaims.namelessTables(of: self).map { tensors[$0].name }
  }

  /// The tables of that shape beside a language model whose names call them something else, the largest first.
  package var tablesInOtherParts: [String] {
    PlaceClaims.tablesInOtherParts(of: self).map { tensors[$0].name }
  }

  /// Components that read tokens, of which circuits were made.
  ///
  /// A tower for pictures that is as wide as the embedding has some, too, and they say nothing of it.
  package var anchoredComponents: Set<String> {
    Set(circuits.map(\.component)).filter { !WrappedComponent($0).readsNoTokens }
  }

  /// All singular values of embeddings, or of what may be some.
  package var allSpectra: [[Float]] {
    (frame?.spectrum.map { [$0] } ?? []) + spectra.map(\.values)
  }
}
