import Canonicalise
import Compare
import Fingerprint

/// Neurons, heads or hidden dimensions were cut: the matrices of mapped layers are smaller.
enum WidthPruneRule: ChangeRule {
  static func change(_ context: ParentContext) -> Change? {
    var detail: Details = [:]
    for (key, role, axis) in [
      (DetailKey.feedForward, TensorRole.mlpUp, 0), (.queryRows, .attentionQuery, 0),
      (.keyRows, .attentionKey, 0), (.hidden, .mlpUp, 1),
    ] {
      guard let before = extent(context.reference, role, axis),
        let after = extent(context.subject, role, axis), after < before
      else { continue }
      detail[key] = .integers([before, after])
    }
    guard !detail.isEmpty else { return nil }
    if let kept = context.comparison.recovery?.keptDimensions {
      detail[.keptDimensions] = .integers(kept)
    }
    return Change(.widthPrune, detail)
  }

  /// Rows (0) or columns (1) of the largest matrix of a role.
  private static func extent(_ model: ModelFingerprint, _ role: TensorRole, _ axis: Int) -> Int? {
    model.tensors.filter { $0.role == role }.compactMap(\.matrix)
      .map { axis == 0 ? $0.rows : $0.columns }.max()
  }
}
