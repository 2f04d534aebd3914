import Canonicalise
import Compare
import Fingerprint

/// Training that touched whole matrices.
///
/// Weights do not tell fine-tuning from continued pre-training except by how far they moved, so the
/// figure goes with it.
enum FinetuneRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    let change = ModificationShares.relativeChange(context)
    // One fact has one name: beyond this it is called training at length.
    guard trained(context), change < ContinuedPretrainingRule.minimumChange else { return nil }
    var detail: Details = [.relativeChange: .number(change)]
    let unchanged = UnchangedValues(subject: context.subject, comparison: context.comparison)
    if let share = unchanged?.share, share >= notableShare { detail[.unchanged] = .number(share) }
    return Change(.finetune, detail)
  }

  /// Share of unchanged values in changed matrices from which it is named: rounding at low rates, or parts
  /// that were not trained.
  private static let notableShare = 0.1

  /// Whether matrices changed in a way that neither low rank, nor quantisation, nor pruning explains.
  static func trained(_ context: ParentContext) -> Bool {
    // One fact has one name: what noise explains is not called training.
    guard NoiseRule.change(context) == nil else { return false }
    if let recovery = context.recovered { return recovery.relativeChange >= Self.recoveredChange }
    let modified = context.share { index in
      guard context.statuses[index] == .modified, let pair = context.comparison.pairs[index] else {
        return false
      }
      let (tensor, other) = (
        context.subject.tensors[index], context.reference.tensors[pair.reference]
      )
      // Rows for new tokens are an addition, not a change of the old ones.
      return tensor.matrix != nil && tensor.elementCount == other.elementCount
        && !ValuePruneRule.pruned(tensor, other) && !context.zeroed.contains(index)
    }
    return modified >= Self.minimumShare && LowRankRule.rank(context) == nil
  }

  static let minimumShare = 0.005
  /// Undoing a disguise leaves the rounding of the disguised numbers: 0.003 in bfloat16.
  static let recoveredChange = 0.008
}
