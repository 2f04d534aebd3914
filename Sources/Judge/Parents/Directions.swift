import Compare
import Fingerprint

/// Who descends from whom: said only when something shows it.
enum Directions {
  private static let fromReference: Set<ChangeKind> = [
    .depthPrune, .depthUpscale, .expertUpcycle, .widthPrune, .quantise, .valuePrune, .lowRank,
    .layerReorder,
  ]

  static func direction(
    _ context: ParentContext, changes: [Change], isDeclared: Bool
  ) -> Direction {
    let kinds = Set(changes.map(\.kind))
    if !kinds.isDisjoint(with: fromReference) { return .fromReference }
    if isCoarser(context.reference, than: context.subject) { return .toReference }
    if isDeclared { return .fromReference }
    if let vocabulary = changes.first(where: { $0.kind == .vocabulary }),
      case .integer(let before) = vocabulary.detail[.from],
      case .integer(let after) = vocabulary.detail[.to]
    {
      return after > before ? .fromReference : .toReference
    }
    return .undirected
  }

  /// Whether the reference lies on a grid, or is pruned, where the subject is not: then it is the
  /// reference that was made from something like the subject.
  private static func isCoarser(
    _ reference: ModelFingerprint, than subject: ModelFingerprint
  ) -> Bool {
    func share(_ model: ModelFingerprint) -> Double {
      let matrices = model.tensors.filter { $0.matrix != nil && $0.isEvidence }
      let gridded = matrices.filter { $0.grid != nil || $0.moments.sparsity > 0.2 }
      return Double(gridded.count) / Double(max(matrices.count, 1))
    }
    return share(reference) > 0.5 && share(subject) < 0.1
  }
}
