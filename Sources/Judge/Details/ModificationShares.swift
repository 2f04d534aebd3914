import Canonicalise
import Compare
import Fingerprint

/// Rolls tensor statuses up into the shares that a report prints (method, section 6).
enum ModificationShares {
  /// - Parameter blended: of a merge, the units in which the parent has part: what is at the same place
  ///   there is a mixture with it, however little it shows in a tensor by itself.
  static func modification(
    _ context: ParentContext, blended: Set<UnitKey> = []
  ) -> Modification {
    if let recovery = context.recovered { return modification(context, recovery) }
    let (derived, low, high) = Retention.interval(context.subject, context.comparison)
    let mixed = mixed(context, blended)
    func share(_ status: TensorStatus) -> Double {
      context.share { (mixed.contains($0) ? .modified : context.statuses[$0]) == status }
    }
    return Modification(
      unchanged: share(.identical), reencoded: share(.reencoded), modified: share(.modified),
      new: share(.new), untested: share(.untested), dropped: dropped(context, mixed),
      relativeChange: relativeChange(context), derivedShare: derived, derivedShareLow: low,
      derivedShareHigh: high, novelty: 1 - derived,
      effectiveRank: LowRankRule.rank(context))
  }

  /// Tensors of a merge that would count as new by themselves, and are mixtures with the parent's at
  /// the same place.
  ///
  /// Vectors follow the matrices of their unit; those in no unit with matrices, the model.
  private static func mixed(_ context: ParentContext, _ blended: Set<UnitKey>) -> Set<Int> {
    guard !blended.isEmpty else { return [] }
    let tensors = context.subject.tensors
    let fitted = Set(tensors.filter { $0.matrix != nil }.map(UnitKey.init))
    return Set(
      tensors.indices.filter { index in
        guard !context.statuses[index].isCounterpart,
          context.comparison.pairs[index]?.match == .place
        else { return false }
        let unit = UnitKey(tensors[index])
        return blended.contains(unit)
          || !fitted.contains(unit) && 2 * blended.count > fitted.count
      })
  }

  /// On the aligned weights.
  ///
  /// Units whose counterpart is in doubt may be derived or not, and so may
  /// what was not aligned: the interval leaves room for both.
  private static func modification(
    _ context: ParentContext, _ recovery: Recovery
  ) -> Modification {
    let unchanged = context.share { context.statuses[$0] == .identical }
    let coverage = min(1, max(unchanged, recovery.coverage))
    let reencoded = min(coverage, max(unchanged, recovery.unchangedShare)) - unchanged
    let derived = min(1, max(0, recovery.derivedShare))
    let doubt = 1 - recovery.matchedShare
    // Vectors, and what is too small, were not aligned: nobody looked.
    let untested = min(
      1 - coverage,
      context.share {
        context.subject.tensors[$0].matrix == nil && context.statuses[$0] == .new
          || context.statuses[$0] == .untested
      })
    return Modification(
      unchanged: unchanged, reencoded: reencoded, modified: coverage - unchanged - reencoded,
      new: 1 - coverage - untested, untested: untested, dropped: 0,
      relativeChange: recovery.relativeChange,
      derivedShare: derived, derivedShareLow: derived * (1 - doubt),
      derivedShareHigh: min(1, derived + (coverage - derived) * doubt + 1 - coverage),
      novelty: 1 - derived, effectiveRank: nil)
  }

  /// ‖B − A‖ / ‖A‖ over the matched matrices of equal size together.
  static func relativeChange(_ context: ParentContext) -> Double {
    if let recovery = context.recovered { return recovery.relativeChange }
    var (change, norm) = (0.0, 0.0)
    for (_, tensor, other, pair) in context.matched
    where tensor.matrix != nil && tensor.elementCount == other.elementCount {
      let square = other.moments.frobeniusNorm * other.moments.frobeniusNorm
      change += pair.relativeChange * pair.relativeChange * square
      norm += square
    }
    return norm > 0 ? (change / norm).squareRoot() : 0
  }

  /// Share of the reference's live parameters that no subject tensor was matched with, as far as that was tested.
  private static func dropped(_ context: ParentContext, _ mixed: Set<Int>) -> Double {
    let used = Set(context.matched.map(\.pair.reference))
      .union(mixed.compactMap { context.comparison.pairs[$0]?.reference })
      .union(
        context.statuses.indices.compactMap { index in
          context.statuses[index] == .untested ? context.comparison.pairs[index]?.reference : nil
        })
    // What was not decoded, or has no numbers, may be what seems to be missing.
    let hidden = Set(
      context.subject.tensors.lazy.filter { $0.isUndecoded || $0.moments.hasNoNumber }
        .map(HiddenPlace.init))
    func isHidden(_ tensor: TensorFingerprint) -> Bool {
      var place = HiddenPlace(tensor)
      if hidden.contains(place) { return true }
      place.role = .unknown
      return hidden.contains(place)
    }
    var (part, total) = (0, 0)
    let counts = context.reference.liveCounts
    for (index, tensor) in context.reference.tensors.enumerated() where tensor.isEvidence {
      total += counts[index]
      if !used.contains(index), hidden.isEmpty || !isHidden(tensor) { part += counts[index] }
    }
    return total > 0 ? Double(part) / Double(total) : 0
  }
}

/// Where a tensor without known numbers stands; its role is unknown where it holds several.
private struct HiddenPlace: Hashable {
  var component: String
  var layer: Int?
  var role: TensorRole

  init(_ tensor: TensorFingerprint) {
    (component, layer, role) = (tensor.component, tensor.layer, tensor.role)
  }
}
