import Compare
import Fingerprint

/// Single weights were set to zero.
enum ValuePruneRule: ChangeRule {
  /// Added share of zeros from which a tensor counts as pruned.
  static let minimumSparsity = 0.05
  static let minimumShare = 0.1

  static func change(_ context: ParentContext) -> Change? {
    let pruned = context.matched.filter { Self.pruned($0.tensor, $0.other) }
    let indices = Set(pruned.map(\.index))
    guard context.share(where: indices.contains) >= minimumShare else { return nil }
    let zeros = pruned.reduce(0) { $0 + $1.tensor.moments.zeros }
    let count = pruned.reduce(0) { $0 + $1.tensor.elementCount }
    return Change(
      .valuePrune,
      [
        .sparsity: .number(Double(zeros) / Double(max(count, 1))),
        .matrices: .integer(pruned.count),
      ])
  }

  static func pruned(_ tensor: TensorFingerprint, _ other: TensorFingerprint) -> Bool {
    // Rows of zeros in a vocabulary are padding, zeros among values of a grid were rounded to.
    tensor.matrix != nil && tensor.gridBits == nil && !tensor.role.isPerToken
      && tensor.elementCount == other.elementCount
      && tensor.moments.sparsity - other.moments.sparsity >= minimumSparsity
  }
}
