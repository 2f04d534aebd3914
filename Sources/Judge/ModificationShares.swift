import Compare
import Fingerprint

/// Rolls tensor statuses up into the shares that a report prints (method, section 6).
enum ModificationShares {
  static func modification(_ context: ParentContext) -> Modification {
    let (derived, low, high) = Retention.interval(context.subject, context.comparison)
    func share(_ status: TensorStatus) -> Double {
      context.share { context.statuses[$0] == status }
    }
    return Modification(
      unchanged: share(.identical), reencoded: share(.reencoded), modified: share(.modified),
      new: share(.new), dropped: dropped(context), relativeChange: relativeChange(context),
      derivedShare: derived, derivedShareLow: low, derivedShareHigh: high, novelty: 1 - derived,
      effectiveRank: LowRankRule.rank(context))
  }

  /// ‖B − A‖ / ‖A‖ over the matched matrices together.
  static func relativeChange(_ context: ParentContext) -> Double {
    var (change, norm) = (0.0, 0.0)
    for (_, tensor, other, pair) in context.matched where tensor.matrix != nil {
      let square = other.moments.frobeniusNorm * other.moments.frobeniusNorm
      change += pair.relativeChange * pair.relativeChange * square
      norm += square
    }
    return norm > 0 ? (change / norm).squareRoot() : 0
  }

  /// Share of the reference's parameters that no subject tensor was matched with.
  private static func dropped(_ context: ParentContext) -> Double {
    let used = Set(context.matched.map(\.pair.reference))
    var (part, total) = (0, 0)
    for (index, tensor) in context.reference.tensors.enumerated() where tensor.isEvidence {
      total += tensor.elementCount
      if !used.contains(index) { part += tensor.elementCount }
    }
    return total > 0 ? Double(part) / Double(total) : 0
  }
}
