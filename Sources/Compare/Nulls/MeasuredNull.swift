package import Fingerprint

/// What pairs of models have in common that decides which null is theirs.
package struct PairKind: Hashable, Sendable, Comparable {
  /// `llama`, or `gpt2 + llama`.
  package var families: String
  /// Whether both have the same number of tensors and parameters.
  package var isSameSize: Bool

  package init(families: String, isSameSize: Bool) {
    (self.families, self.isSameSize) = (families, isSameSize)
  }

  package init(_ one: ModelFingerprint, _ other: ModelFingerprint) {
    let names = Set([one, other].map { $0.identity.family ?? "unknown" })
    families = names.sorted().joined(separator: " + ")
    isSameSize =
      one.tensors.count == other.tensors.count
      && one.identity.parameters == other.identity.parameters
  }

  package static func < (left: PairKind, right: PairKind) -> Bool {
    (left.families, left.isSameSize ? 0 : 1) < (right.families, right.isSameSize ? 0 : 1)
  }
}

/// Scores of pairs of different lineage in a corpus, as a normal distribution that is nowhere narrower than
/// the standard one.
package struct MeasuredNull: Sendable, Equatable, Codable {
  package enum Evidence: String, Sendable, CaseIterable, Codable {
    case numbers, circuits, parts
  }

  package var evidence: Evidence
  /// Of which kind of pairs; nil: of all.
  package var kind: PairKind?
  /// Pairs that its location and scale are from.
  package var samples: Int
  /// 0 and more.
  package var location: Double
  /// 1 and more.
  package var scale: Double

  package init(
    evidence: Evidence, kind: PairKind?, samples: Int, location: Double, scale: Double
  ) {
    (self.evidence, self.kind, self.samples) = (evidence, kind, samples)
    (self.location, self.scale) = (location, scale)
  }

  /// Fewer samples tell nothing about how scores are spread.
  package static let enoughSamples = 20

  package var isEnough: Bool { samples >= Self.enoughSamples }

  package var isWider: Bool { location > 0 || scale > 1 }

  /// log10 of a p-value under the wider of the theoretical null and this one: never less than it was.
  package func widened(_ log10P: Double) -> Double {
    guard isWider else { return log10P }
    // Beyond this, all p-values are stated as one.
    let z = NormalTail.z(ofLog10P: max(log10P, -1e6))
    guard z > 0 else { return log10P }
    return max(log10P, NormalTail.log10P((z - location) / scale))
  }

  /// Whether the numbers are some that calibration writes.
  package var isPossible: Bool {
    (0...1_000_000).contains(samples) && (0...10).contains(location) && (1...10).contains(scale)
  }
}

extension PairKind: Codable {}

/// The nulls that are for one pair of models.
package struct PairNulls: Sendable, Equatable {
  package var nulls: [MeasuredNull]
  /// Kinds of evidence of which too few pairs were measured, of its kind and of all.
  package var unmeasured: [MeasuredNull.Evidence]

  /// As measured nowhere.
  package static let theory = PairNulls(nulls: [], unmeasured: [])

  /// log10 of a p-value under the widest null.
  package func widened(_ log10P: Double, _ evidence: MeasuredNull.Evidence) -> Double {
    nulls.reduce(log10P) { $1.evidence == evidence ? max($0, $1.widened(log10P)) : $0 }
  }
}
