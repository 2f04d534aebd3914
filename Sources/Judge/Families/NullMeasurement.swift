package import Compare
import Fingerprint
private import Foundation
import Load

/// What pairs of models of different lineage reach among those at hand, held against the null that
/// verdicts rest on: standard normal scores at most.
///
/// It is for people: no verdict takes anything from it.
package struct NullMeasurement: Sendable {
  package enum Evidence: String, Sendable, CaseIterable {
    case numbers, circuits
  }

  /// Pairs of one kind.
  package struct Group: Sendable {
    package var evidence: Evidence
    /// `llama`, or `gpt2 + llama`.
    package var families: String
    /// Whether both have the same number of tensors and parameters.
    package var isSameSize: Bool
    /// Scores under the null, sorted.
    package var scores: [Double]
    /// The largest mean cosine.
    package var largestEffect: Double

    package init(
      evidence: Evidence, families: String, isSameSize: Bool, scores: [Double],
      largestEffect: Double
    ) {
      self.evidence = evidence
      self.families = families
      self.isSameSize = isSameSize
      self.scores = scores
      self.largestEffect = largestEffect
    }

    package var mean: Double { scores.reduce(0, +) / Double(max(scores.count, 1)) }

    /// Nil of one.
    package var deviation: Double? {
      guard scores.count > 1 else { return nil }
      let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(scores.count - 1)).squareRoot()
    }

    /// How far the scores lie above those of a standard normal, at most: the largest excess of its
    /// distribution function over theirs (Smirnov's one-sided distance).
    ///
    /// Above 0 only, for tests of numbers in place state no less.
    package var excess: Double {
      scores.enumerated().reduce(0) { largest, entry in
        guard entry.element > 0 else { return largest }
        let normal = 0.5 * erfc(-entry.element / 2.0.squareRoot())
        return max(largest, normal - Double(entry.offset) / Double(scores.count))
      }
    }

    /// The excess that one of a hundred samples of a standard normal reaches.
    ///
    /// - Source: Smirnov 1944, P(D⁺ > d) ≈ exp(−2nd²).
    package var admissibleExcess: Double {
      (log(100) / 2 / Double(max(scores.count, 1))).squareRoot()
    }

    /// Fewer pairs tell nothing about a tail.
    package var isEnough: Bool { scores.count >= NullMeasurement.enoughPairs }

    /// Whether pairs reach more than the null says.
    package var isWider: Bool { isEnough && excess > admissibleExcess }
  }

  package static let enoughPairs = 20

  /// By evidence, families and size.
  package private(set) var groups: [Group] = []
  package private(set) var models: Int
  /// Pairs that share training by their weights, and others of common lineage by what is said of them:
  /// they are in no group.
  package private(set) var kin = 0
  package private(set) var declaredKin = 0

  package init(_ collection: ModelCollection, progress: (String) -> Void = { _ in }) {
    models = collection.members.count
    var samples: [Key: (scores: [Double], effect: Double)] = [:]
    for (index, member) in collection.members.enumerated() {
      progress(member.id)
      let comparison = collection.comparison(of: index)
      let later = Set(collection.members[(index + 1)...].map(\.id))
      // Screening chooses what is alike; only what was drawn besides is a sample of all.
      let isDrawn = !comparison.screened.isEmpty
      for evidence in Verdicts.weigh(comparison) {
        let other = evidence.comparison
        guard later.contains(other.id), !isDrawn || comparison.controls?.contains(other.id) ?? false
        else {
          continue
        }
        if evidence.isSignificant || evidence.sharesTraining {
          kin += 1
        } else if let reference = collection.members.first(where: { $0.id == other.id }),
          Self.areRelated(member, reference)
        {
          declaredKin += 1
        } else {
          for (kind, score, effect) in Self.scores(other) {
            let key = Key(kind, comparison.subject, other.fingerprint)
            var sample = samples[key] ?? ([], -1)
            sample.scores.append(score)
            sample.effect = max(sample.effect, effect)
            samples[key] = sample
          }
        }
      }
    }
    groups = samples.keys.sorted().compactMap { key in
      samples[key].map {
        Group(
          evidence: key.evidence, families: key.families, isSameSize: key.isSameSize,
          scores: $0.scores.sorted(), largestEffect: $0.effect)
      }
    }
  }

  private static func scores(
    _ comparison: ReferenceComparison
  ) -> [(Evidence, Double, Double)] {
    var scores: [(Evidence, Double, Double)] = []
    if comparison.linear.test != .none {
      scores.append((.numbers, comparison.linear.z, comparison.linear.mean))
    }
    if let circuits = comparison.circuits { scores.append((.circuits, circuits.z, circuits.mean)) }
    return scores.filter { $0.1.isFinite }
  }

  /// Whether the manifest, or either's own card, gives the two a parent in common, or one to the other.
  private static func areRelated(_ one: Reference, _ other: Reference) -> Bool {
    let mine = names(one)
    let theirs = names(other)
    return !mine.parents.isDisjoint(with: theirs.own.union(theirs.parents))
      || !theirs.parents.isDisjoint(with: mine.own)
  }

  private static func names(_ model: Reference) -> (own: Set<String>, parents: Set<String>) {
    (
      Set([model.id] + (model.manifest?.aliases ?? []) + model.twins.map(\.id)),
      Set((model.manifest?.parents ?? []) + model.fingerprint.identity.disclosure.parentNames)
    )
  }

  private struct Key: Hashable, Comparable {
    var evidence: Evidence
    var families: String
    var isSameSize: Bool

    init(_ evidence: Evidence, _ one: ModelFingerprint, _ other: ModelFingerprint) {
      self.evidence = evidence
      let names = Set([one, other].map { $0.identity.family ?? "unknown" })
      families = names.sorted().joined(separator: " + ")
      isSameSize =
        one.tensors.count == other.tensors.count
        && one.identity.parameters == other.identity.parameters
    }

    private var order: (String, String, Int) {
      (evidence == .numbers ? "0" : "1", families, isSameSize ? 0 : 1)
    }

    static func < (left: Key, right: Key) -> Bool { left.order < right.order }
  }
}
