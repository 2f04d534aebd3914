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
    /// What one of the two bears and the other does not: it shows which came later, not from whom.
    var trace: Trace?
  }

  /// A parent or a child, shown by the weights.
  struct Descent: Sendable {
    var id: String
    var direction: Direction
    /// Weight in a merge.
    var coefficient: Double?
    /// Whether it is one of several parents that are blended, which least squares show of strangers
    /// only.
    var isBlended = false
  }

  let relation: Relation
  /// Strongest first.
  let links: [Link]
  let descents: [Descent]
  /// Ids of the others that this one was held against in full, and enough of both was seen.
  let compared: Set<String>
}

extension MemberVerdict {
  package init(_ comparison: Comparison) {
    let verdicts = Verdicts(comparison, describesParents: false)
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
        strength: evidence.strength, isExcluded: kin?.standing == .refuted,
        trace: kin?.later.flatMap { _ in kin?.facts.first.map(Trace.init) })
    }
    descents = Self.descents(verdicts)
    compared = Set(
      evidence.filter {
        $0.comparison.coverage
          >= Calibration.inconclusiveCoverage && Judgeability.isDecoded($0.comparison.fingerprint)
      }.map(\.comparison.id))
  }

  /// What the verdict shows, as far as it names who the other was.
  ///
  /// Where several fit, where a trace only says who came later, and of a merge that leaves more than
  /// rounding, it may have been a relative that is not here. Where each part is one other model's, that
  /// model may as well have its part from this one.
  private static func descents(_ verdicts: Verdicts) -> [Descent] {
    let (ruling, kinship) = (verdicts.ruling, verdicts.kinship)
    guard verdicts.alternatives.isEmpty else { return [] }
    let arc = ruling.parents.count > 1 ? CoefficientReading(ruling.parentage).arc : nil
    return ruling.parents.indices.compactMap { position in
      let id = verdicts.evidence[ruling.parents[position]].comparison.id
      let direction = verdicts.direction(ofParent: position)
      guard direction.because == .weights else { return nil }
      if case .trace = direction.reason {
        let kin = kinship.relatives.first { $0.reference == id }
        guard kin?.facts.contains(where: { $0.kind == .cast }) ?? false else { return nil }
      }
      let isMerge = ruling.parents.count > 1
      guard !isMerge || kinship.merge?.isExact ?? ruling.parentage.mixesWithinUnits else {
        return nil
      }
      return Descent(
        id: id, direction: direction,
        // Of a spherical merge the shares are those of the arc.
        coefficient: !isMerge
          ? nil
          : arc.map { position == 0 ? 1 - $0 : $0 } ?? ruling.parentage.share(position),
        isBlended: isMerge && kinship.merge == nil)
    }
  }
}
