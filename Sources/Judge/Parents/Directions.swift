import Compare

/// Who descends from whom, by what is not symmetric in the weights.
///
/// A trace on one side excludes that this side is the parent. That it is the child, and not both made
/// from a third, needs more: exact values, or relatives in the corpus that were weighed against each
/// other.
enum Directions {
  /// - Parameter unchanged: the largest relative distance at which what rows were appended to counts as
  ///   the subject.
  static func shown(
    _ reference: String, relation: Relation, parents: Int, kinship: Kinship, unchanged: Double
  ) -> Direction {
    if relation == .merged, parents > 1 {
      return Direction(.fromReference, because: .weights, reason: .merge(references: parents))
    }
    guard relation == .derived || relation == .partial,
      let relative = kinship.relatives.first(where: { $0.reference == reference })
    else { return .open }
    if relative.drift.outcome == .descends, relative.standing == .supported,
      let beta = relative.drift.beta
    {
      return Direction(
        .fromReference, because: .weights,
        reason: .drift(
          Direction.Drift(
            beta: beta, error: relative.drift.error ?? 0, base: relative.drift.base,
            outgroup: relative.drift.outgroup, space: relative.drift.space)))
    }
    guard let fact = relative.facts.first, let later = relative.later else { return .open }
    let reason = Direction.Reason.trace(Trace(fact))
    switch later {
    case .subject:
      let isExact = relative.facts.contains { $0.kind == .cast }
      let isChosen =
        kinship.isDecided && kinship.relatives.count > 1 && kinship.candidates.first == reference
      return isExact || isChosen
        ? Direction(.fromReference, because: .weights, reason: reason)
        : Direction(.undirected, because: .none, reason: reason)
    case .reference:
      // Grids, zeros, copied layers and rounding on the reference's side can be undone by whoever
      // takes it: they show no innocence.
      let isUnchanged =
        fact.kind == .appendedRows && relative.distance ?? 1 <= unchanged
      return isUnchanged
        ? Direction(
          .toReference, because: .weights,
          reason: .trace(
            Trace(.extendedModel, isSubjects: false, count: fact.count, share: fact.share)))
        : Direction(.undirected, because: .none, reason: reason)
    }
  }
}

extension Trace {
  init(_ fact: OneSidedFact) {
    let kind: Kind
    switch fact.kind {
    case .grid: kind = .grid
    case .cast: kind = .cast
    case .zeros: kind = .zeros
    case .repeatedLayers: kind = .repeatedLayers
    case .equalExperts: kind = .equalExperts
    case .unitSubset: kind = .unitSubset
    case .tokenSubset: kind = .tokenSubset
    case .appendedRows: kind = .appendedRows
    }
    self.init(kind, isSubjects: fact.later == .subject, count: fact.count, share: fact.share)
  }
}
