package import Compare
import Fingerprint

/// What the weights say of one member of a collection, held against the others.
package struct MemberVerdict: Sendable {
  /// A member that this one shares trained weights with.
  struct Link: Sendable {
    var id: String
    /// Nil where the two have no numbers in common, only what they compute.
    var distance: ModelDistance?
    /// Share of the weights that the other explains, 0…1.
    var strength: Double
    /// Whether the tests exclude that this member was built on the other.
    var isExcluded: Bool
  }

  /// A parent or a child, shown by the weights.
  struct Descent: Sendable {
    var id: String
    var direction: Direction
    /// Weight in a merge.
    var coefficient: Double?
  }

  let relation: Relation
  /// Strongest first.
  let links: [Link]
  let descents: [Descent]
  /// Ids of the others that this one was held against in full, and enough of both was seen.
  let compared: Set<String>

  package init(_ comparison: Comparison) {
    let verdicts = Verdicts(comparison)
    let (ruling, evidence) = (verdicts.ruling, verdicts.evidence)
    let parents = ruling.parents.map { evidence[$0].comparison.id }
    relation = ruling.relation
    let isKin = relation != .sharedInitialisation
    links = evidence.filter {
      $0.sharesTraining || isKin && parents.contains($0.comparison.id)
    }.map { evidence in
      let kin = verdicts.kinship.relatives.first { $0.reference == evidence.comparison.id }
      let distance = ModelDistance(comparison.subject, evidence.comparison)
      return Link(
        id: evidence.comparison.id, distance: distance?.square ?? 1 < 1 ? distance : nil,
        strength: evidence.strength, isExcluded: kin?.standing == .refuted)
    }
    // Where several fit, that one of them came first says nothing of each.
    descents =
      verdicts.alternatives.isEmpty
      ? ruling.parents.indices.compactMap { position in
        let direction = verdicts.direction(ofParent: position)
        guard direction.because == .weights else { return nil }
        return Descent(
          id: parents[position], direction: direction,
          coefficient: ruling.parents.count > 1 ? ruling.parentage.share(position) : nil)
      } : []
    compared = Set(
      evidence.filter {
        max($0.comparison.linear.coverage, $0.comparison.circuits?.coverage ?? 0)
          >= Calibration.inconclusiveCoverage && Judgeability.isDecoded($0.comparison.fingerprint)
      }.map(\.comparison.id))
  }
}
