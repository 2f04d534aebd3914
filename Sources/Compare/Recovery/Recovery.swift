/// The function-preserving transformations between a subject and the reference it descends from, and
/// what the two have in common once these are undone (method, section 6).
package struct Recovery: Sendable, Equatable, Codable {
  /// What was done to the weights without changing what they compute.
  ///
  /// Training never does any of these.
  package struct Transformation: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable {
      case permuted
      case rotated
      case rescaled
      case rebased
    }

    package enum Scope: String, Sendable, Codable {
      case residual
      case neurons
      case heads
      case valueOutput = "value-output"
      case queryKey = "query-key"
      /// Neurons, channels and gates of networks that are no transformers.
      case units
    }

    package var kind: Kind
    package var scope: Scope
    /// Share of the neurons, heads or dimensions that found their counterpart beyond doubt.
    package var matchedShare: Double
    /// Layers (subject) in which it was found; empty for the residual stream, which all share.
    package var layers: [Int]
    package var detail: String

    package init(
      kind: Kind, scope: Scope, matchedShare: Double, layers: [Int], detail: String
    ) {
      self.kind = kind
      self.scope = scope
      self.matchedShare = matchedShare
      self.layers = layers
      self.detail = detail
    }
  }

  /// The matrices, and products of matrices, that are measured.
  package enum Part: String, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    case gate
    case up
    case down
    case outputValue
    case queryKey
  }

  /// How one block of a subject layer agrees with its counterpart after alignment.
  package struct Layer: Sendable, Equatable, Codable {
    package var component: String
    package var subject: Int
    package var reference: Int
    /// For a feed-forward block among several.
    package var expert: Int?
    /// Share of the variance that the reference explains, 0…1, unmatched rows counting 0.
    package var explained: [Part: Double] = [:]
    /// What choosing counterparts would explain in an unrelated model; 0 where nothing was chosen.
    package var chance: [Part: Double] = [:]
    package var matchedNeurons: Double?
    package var matchedHeads: Double?
    /// Where the subject is narrower: the reference's neurons and query heads that it kept.
    package var keptNeurons: [Int]?
    package var keptHeads: [Int]?

    package init(component: String, subject: Int, reference: Int, expert: Int? = nil) {
      self.component = component
      self.subject = subject
      self.reference = reference
      self.expert = expert
    }
  }

  package var transformations: [Transformation]
  package var layers: [Layer]
  /// Where the subject's residual stream is narrower: the reference's dimensions that it kept.
  package var keptDimensions: [Int]?
  /// Share of the token embedding's variance that the reference explains, on tokens that the map
  /// between the streams was not fitted to; nil without shared tokens.
  package var embeddingExplained: Double?
  /// Share of the subject's matrix parameters that the reference explains, less what chance would.
  package var derivedShare: Double
  /// ‖B − A‖ / ‖A‖ over what has a counterpart; attention is measured on its products.
  package var relativeChange: Double
  /// Share of the subject's matrix parameters in blocks that differ by rounding at most.
  package var unchangedShare: Double
  /// Share of the subject's matrix parameters that have a counterpart.
  package var coverage: Double

  package init(
    transformations: [Transformation], layers: [Layer], keptDimensions: [Int]?,
    embeddingExplained: Double?, derivedShare: Double, relativeChange: Double,
    unchangedShare: Double, coverage: Double
  ) {
    self.transformations = transformations
    self.layers = layers
    self.keptDimensions = keptDimensions
    self.embeddingExplained = embeddingExplained
    self.derivedShare = derivedShare
    self.relativeChange = relativeChange
    self.unchangedShare = unchangedShare
    self.coverage = coverage
  }
}

extension Recovery {
  /// Share of the neurons and heads of the aligned blocks that found their counterpart beyond doubt.
  package var matchedShare: Double {
    let shares = layers.flatMap { [$0.matchedNeurons, $0.matchedHeads].compactMap(\.self) }
    return shares.isEmpty ? 1 : min(1, shares.reduce(0, +) / Double(shares.count))
  }
}
