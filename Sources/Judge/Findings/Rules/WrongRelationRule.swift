import Fingerprint

/// SCM3003: the declared relation and the measured change exclude each other.
///
/// Cards are used loosely, so only what no reading of the word allows is a contradiction.
enum WrongRelationRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let declared = context.declarations.relation?.lowercased() else { return [] }
    return context.parents.compactMap { parent in
      guard context.declarations.declaration(of: parent.reference) != nil,
        let measured = contradiction(declared, parent, context)
      else { return nil }
      return context.finding(
        .wrongRelation(
          Fact.WrongRelation(
            reference: parent.reference, declared: declared, measured: measured,
            kinds: parent.changes.map(\.kind))), .warning)
    }
  }

  /// Changes of a kind that no quantisation makes.
  private static let trained: Set<ChangeKind> = [.lowRank, .continuedPretraining]
  private static let restructured: Set<ChangeKind> = [
    .depthPrune, .depthUpscale, .depthExtend, .widthPrune, .expertUpcycle, .layerReorder,
  ]
  /// Share of the parameters that is unchanged or re-encoded, from which on nothing but the format changed.
  static let sameNumbers = 0.99
  private static let formats: Set<ChangeKind> = [.cast, .quantise, .rename, .reshard]

  private static func contradiction(
    _ declared: String, _ parent: Parent, _ context: FindingContext
  ) -> MeasuredRelation? {
    let kinds = Set(parent.changes.map(\.kind))
    // An adapter's few weights are compared as they are; its relation to a base is not in them.
    guard !context.subject.isAdapter else { return nil }
    let isCopy = parent.relation == .identical
    let isReencoded =
      !isCopy && !kinds.isEmpty && kinds.isSubset(of: formats)
      && parent.modification.map { $0.unchanged + $0.reencoded >= sameNumbers } ?? false
    switch declared {
    case "finetune", "adapter":
      if isCopy { return .copy }
      if isReencoded { return .reencoded }
      return parent.relation == .merged ? .merge : nil
    case "merge":
      return isCopy ? .copy : isReencoded ? .reencoded : nil
    case "quantized", "quantised":
      if isCopy { return .copy }
      if parent.relation == .merged { return .merge }
      guard kinds.isDisjoint(with: [.quantise, .cast]) else { return nil }
      if !kinds.isDisjoint(with: restructured) { return .restructured }
      return kinds.isDisjoint(with: trained) ? nil : .trained
    default: return nil
    }
  }
}
