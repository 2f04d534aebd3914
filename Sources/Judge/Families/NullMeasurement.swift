package import Compare
import Fingerprint
import Foundation
import Load

/// What pairs of models of different lineage reach among those at hand, held against the null that
/// verdicts rest on: standard normal scores at most.
///
/// A score is the z of a test's p-value, 0 of one half and more.
package struct NullMeasurement: Sendable {
  package typealias Evidence = MeasuredNull.Evidence

  /// Two models and what they reach.
  package struct Pair: Sendable, Equatable {
    package var one: String
    package var other: String
    /// Under the null.
    package var score: Double
    /// Mean cosine.
    package var effect: Double
    /// Whether it stands for all pairs between the relatives of the one and those of the other, whose
    /// scores are no independent samples.
    package var isSample: Bool

    package init(_ one: String, _ other: String, score: Double, effect: Double, isSample: Bool) {
      (self.one, self.other) = (one, other)
      (self.score, self.effect, self.isSample) = (score, effect, isSample)
    }
  }

  /// Pairs of one kind.
  package struct Group: Sendable {
    package var evidence: Evidence
    /// `llama`, or `gpt2 + llama`.
    package var families: String
    /// Whether both have the same number of tensors and parameters.
    package var isSameSize: Bool
    /// In the order of their scores.
    package let pairs: [Pair]
    /// Scores of those that are samples, sorted.
    package let scores: [Double]

    package init(evidence: Evidence, families: String, isSameSize: Bool, pairs: [Pair]) {
      (self.evidence, self.families, self.isSameSize) = (evidence, families, isSameSize)
      self.pairs = pairs.sorted { ($0.score, $0.one, $0.other) < ($1.score, $1.one, $1.other) }
      scores = self.pairs.filter(\.isSample).map(\.score)
    }

    package var mean: Double { scores.reduce(0, +) / Double(max(scores.count, 1)) }

    /// Nil of one.
    package var deviation: Double? {
      guard scores.count > 1 else { return nil }
      let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(scores.count - 1)).squareRoot()
    }

    /// What verdicts take in place of the standard normal: nowhere narrower than that, as wide as the
    /// samples, if there are enough, and so that no pair reaches more than is admissible.
    package var null: MeasuredNull {
      var normal = CensoredNormal(isEnough ? scores : [])
      if isEnough { normal.cover(scores, within: admissibleExcess) }
      if let largest { normal.reach(largest.score, at: admissibleLargest) }
      return MeasuredNull(
        evidence: evidence,
        kind: families.isEmpty
          ? nil : PairKind(families: families, isSameSize: isSameSize),
        samples: scores.count, location: min(10, normal.location), scale: min(10, normal.scale))
    }

    package var largest: Pair? { pairs.last }
    package var largestEffect: Double { pairs.map(\.effect).max() ?? 0 }

    /// What the largest of so many standard normal scores exceeds in one of two hundred cases at most,
    /// however they depend on each other.
    ///
    /// - Source: Bonferroni: P(max > z) ≤ n P(Z > z).
    package var admissibleLargest: Double {
      NormalTail.z(ofLog10P: log10(NullMeasurement.risk / Double(max(pairs.count, 1))))
    }

    /// How far the scores lie above those of a standard normal, at most: the largest excess of its
    /// distribution function over theirs (Smirnov's one-sided distance).
    ///
    /// Above 0 only, for no test states less.
    package var excess: Double { CensoredNormal([]).excess(scores) }

    /// The excess that one of two hundred samples of a standard normal reaches.
    ///
    /// - Source: Smirnov 1944, P(D⁺ > d) ≈ exp(−2nd²).
    package var admissibleExcess: Double {
      (-log(NullMeasurement.risk) / 2 / Double(max(scores.count, 1))).squareRoot()
    }

    /// Fewer samples tell nothing about how scores are spread.
    package var isEnough: Bool { scores.count >= NullMeasurement.enoughSamples }

    /// Whether pairs reach more than the null says, which their largest may tell where they are few.
    package var isWider: Bool {
      largest?.score ?? 0 > admissibleLargest || isEnough && excess > admissibleExcess
    }
  }

  package static let enoughSamples = MeasuredNull.enoughSamples
  /// At most this many pairs are compared.
  package static let pairLimit = 2000
  /// Of calling a null too narrow that is not, by each of two tests.
  fileprivate static let risk = 0.005

  /// By evidence, families and size.
  package private(set) var groups: [Group] = []
  package let models: Int
  /// Pairs that were compared.
  package private(set) var compared = 0
  /// Pairs of common lineage by what is said of them, which were not.
  package let declared: Int
  /// Compared pairs that a verdict would call more than chance, and others that such pairs connect: they
  /// are in no group.
  ///
  /// Whether they are relatives or the null is too narrow for them is not told here.
  package private(set) var significant = 0
  package private(set) var connected = 0

  package init(_ collection: ModelCollection, progress: (String) -> Void = { _ in }) {
    let members = collection.members
    models = members.count
    var lineages = DeclaredLineages(members).sets
    declared = lineages.groups.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    let draws = PairDraw.draws(members.map(\.id), apart: lineages, atMost: Self.pairLimit)
    compared = draws.count
    var found: [(draw: PairDraw, scores: [Evidence: (score: Double, effect: Double)])] = []
    let partners = Dictionary(grouping: draws, by: \.low)
    for member in partners.keys.sorted() {
      progress(members[member].id)
      let others = partners[member] ?? []
      let comparison = collection.comparison(of: member, with: others.map(\.high))
      for (draw, other) in zip(others, comparison.references) {
        let evidence = ReferenceEvidence(
          other, subject: comparison.subject, references: members.count - 1)
        if evidence.isSignificant {
          significant += 1
          lineages.join(draw.low, draw.high)
        } else {
          found.append((draw, Self.scores(other, subject: comparison.subject)))
        }
      }
    }
    let lineage = lineages.numbers
    var pairs: [Key: [Pair]] = [:]
    var sampled: Set<Sample> = []
    for (draw, scores) in found.sorted(by: { $0.draw < $1.draw }) {
      let ends = FamilyLinks.Pair(lineage[draw.low], lineage[draw.high])
      guard ends.low != ends.high else {
        connected += 1
        continue
      }
      let (one, other) = (members[draw.low], members[draw.high])
      for evidence in Evidence.allCases {
        guard let (score, effect) = scores[evidence] else { continue }
        let key = Key(evidence, one.fingerprint, other.fingerprint)
        let isSample = sampled.insert(Sample(key: key, ends: ends)).inserted
        pairs[key, default: []].append(
          Pair(one.id, other.id, score: score, effect: effect, isSample: isSample))
      }
    }
    groups = pairs.keys.sorted().map { key in
      Group(
        evidence: key.evidence, families: key.kind.families, isSameSize: key.kind.isSameSize,
        pairs: pairs[key] ?? [])
    }
  }

  /// What verdicts take from it, to be kept with the corpus.
  ///
  /// - Parameter corpus: digest of the references that were measured.
  package func calibration(of corpus: String) -> CorpusCalibration {
    let general = Evidence.allCases.map { evidence in
      Group(
        evidence: evidence, families: "", isSameSize: false,
        pairs: groups.filter { $0.evidence == evidence }.flatMap(\.pairs))
    }
    return CorpusCalibration(
      corpus: corpus, models: models, pairs: compared,
      nulls: (groups + general.filter { !$0.pairs.isEmpty }).map(\.null))
  }

  private static func scores(
    _ comparison: ReferenceComparison, subject: ModelFingerprint
  ) -> [Evidence: (score: Double, effect: Double)] {
    var scores: [Evidence: (score: Double, effect: Double)] = [:]
    let linear = comparison.linear
    if linear.test != .none { scores[.numbers] = (max(0, linear.z), linear.mean) }
    if let circuits = comparison.circuits {
      scores[.circuits] = (NormalTail.z(ofLog10P: circuits.log10P), circuits.mean)
    }
    // Equal bytes are no matter of chance; of parts that are too little alike to be evidence p is 1.
    if linear.equal.isEmpty, let effect = linear.units.map(\.cosine).max() {
      scores[.parts] = (NormalTail.z(ofLog10P: Parts(linear, subject).log10P ?? 0), effect)
    }
    return scores.filter { $0.value.score.isFinite }
  }

  private struct Sample: Hashable {
    var key: Key
    var ends: FamilyLinks.Pair
  }

  private struct Key: Hashable, Comparable {
    var evidence: Evidence
    var kind: PairKind

    init(_ evidence: Evidence, _ one: ModelFingerprint, _ other: ModelFingerprint) {
      (self.evidence, kind) = (evidence, PairKind(one, other))
    }

    private var order: Int { Evidence.allCases.firstIndex(of: evidence) ?? 0 }

    static func < (left: Key, right: Key) -> Bool {
      (left.order, left.kind) < (right.order, right.kind)
    }
  }
}
