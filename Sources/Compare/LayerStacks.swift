import Canonicalise
package import Fingerprint

/// Pairs the layered components of two models: those of the same name, or the only ones there are, or of
/// several that have circuits the two that are most alike.
package struct LayerStacks {
  /// (name in the subject, name in the reference).
  package let pairs: [(subject: String, reference: String)]
  /// Out of how many the pairs were chosen by their circuits.
  let choices: Int

  /// More pairs than this are not looked at.
  private static let mostChoices = 16

  package init(subject: ModelFingerprint, reference: ModelFingerprint) {
    let (mine, theirs) = (Self.stacks(subject), Self.stacks(reference))
    let named = mine.filter(Set(theirs).contains).map { ($0, $0) }
    guard named.isEmpty, !mine.isEmpty, !theirs.isEmpty else {
      (pairs, choices) = (named, 1)
      return
    }
    guard mine.count > 1 || theirs.count > 1 else {
      (pairs, choices) = ([(mine[0], theirs[0])], 1)
      return
    }
    let (own, others) = (Self.described(mine, of: subject), Self.described(theirs, of: reference))
    guard !own.isEmpty, !others.isEmpty, own.count <= Self.mostChoices / others.count else {
      (pairs, choices) = ([], 1)
      return
    }
    let tables = others.compactMap { CircuitTable(component: $0, of: reference) }
    let candidates = own.compactMap { CircuitTable(component: $0, of: subject) }
      .flatMap { table in
        tables.map { (table.component, $0.component, CircuitStack(subject: table, reference: $0)) }
      }
    let likeness = candidates.map { $0.2?.likeness ?? -1 }
    let best = likeness.indices.max { (likeness[$0], $1) < (likeness[$1], $0) }
    pairs = best.map { [(candidates[$0].0, candidates[$0].1)] } ?? []
    choices = max(1, candidates.count)
  }

  /// Those with circuits.
  private static func described(_ stacks: [String], of model: ModelFingerprint) -> [String] {
    let known = Set(model.circuits.map(\.component))
    return stacks.filter(known.contains)
  }

  private static func stacks(_ model: ModelFingerprint) -> [String] {
    var seen: Set<String> = []
    return model.tensors.lazy.filter { $0.layer != nil }.map(\.component)
      .filter { !ModelReading.leavesOut($0) && seen.insert($0).inserted }
  }
}
