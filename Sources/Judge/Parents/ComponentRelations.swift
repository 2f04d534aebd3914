import Compare
import Fingerprint

/// Where each component of the subject comes from.
enum ComponentRelations {
  static func components(
    _ subject: ModelFingerprint, contexts: [ParentContext], ruling: Ruling, isDescent: Bool
  ) -> [Component] {
    var names: [String] = []
    for tensor in subject.tensors
    where tensor.isEvidence && !names.contains(tensor.unitComponent) {
      names.append(tensor.unitComponent)
    }
    return names.map { name in
      let shares = contexts.map { share(name, $0) }
      guard let best = shares.indices.max(by: { shares[$0] < shares[$1] }),
        shares[best]
          >= (ruling.relation == .sharedInitialisation
            ? Calibration.relatedShare : Calibration.unitShare / 2)
      else {
        // Undoing a disguise aligns layers and embedding; of the rest nothing can be said.
        let silent = ruling.relation == .inconclusive || contexts.contains { $0.recovered != nil }
        let isTested = contexts.isEmpty || contexts.contains { Self.isTested(name, $0) }
        return Component(
          name: name, relation: silent || !isTested ? .inconclusive : .noEvidence, reference: nil,
          derivedShare: nil, isTested: isTested)
      }
      let context = contexts[best]
      let identical = subject.tensors.indices.allSatisfy {
        subject.tensors[$0].unitComponent != name || !subject.tensors[$0].isEvidence
          || context.statuses[$0] == .identical
      }
      let relation: Relation =
        identical
        ? .identical
        : ruling.relation == .sharedInitialisation
          ? .sharedInitialisation
          : ruling.parents.count > 1 && ruling.parentage.mixesWithinUnits
            ? .merged : isDescent ? .derived : .related
      return Component(
        name: name, relation: relation, reference: context.comparison.id, derivedShare: shares[best]
      )
    }
  }

  /// Whether most of a component is large enough to be held against its counterparts.
  private static func isTested(_ name: String, _ context: ParentContext) -> Bool {
    var (tested, total) = (0, 0)
    for (index, tensor) in context.subject.tensors.enumerated()
    where tensor.unitComponent == name && tensor.isEvidence {
      total += tensor.elementCount
      if context.statuses[index] != .untested { tested += tensor.elementCount }
    }
    return 2 * tested >= total
  }

  private static func share(_ name: String, _ context: ParentContext) -> Double {
    if let recovery = context.recovered {
      if name == "embedding" { return min(1, max(0, recovery.embeddingExplained ?? 0)) }
      let layers = recovery.layers.filter { $0.component == name }
      if let share = Retention.share(alignedLayers: layers) { return share }
    }
    var (sum, total) = (0.0, 0.0)
    let counts = context.subject.liveCounts
    for (index, tensor) in context.subject.tensors.enumerated()
    where tensor.unitComponent == name && tensor.isEvidence {
      total += Double(counts[index])
      if let pair = context.comparison.pairs[index] {
        sum += Double(counts[index]) * Retention.retained(tensor, pair)
      }
    }
    return total > 0 ? sum / total : 0
  }
}
