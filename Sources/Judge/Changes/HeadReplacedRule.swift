import Canonicalise
import Compare
import Fingerprint

/// The body descends from the parent; the head does not.
enum HeadReplacedRule: ChangeRule {
  static let minimumBody = 0.5

  static func change(_ context: ParentContext) -> Change? {
    let body = context.share { context.statuses[$0].isCounterpart }
    guard body >= minimumBody else { return nil }
    let matrices = context.subject.tensors.indices.filter {
      context.subject.tensors[$0].matrix != nil
    }
    // The last of the matrices may be among those that were not decoded.
    guard !context.subject.tensors.contains(where: \.isUndecoded) else { return nil }
    let heads = matrices.filter { isHead(context, $0, last: matrices.last) }
    let replaced = heads.filter { isReplaced(context, $0) }
    guard !replaced.isEmpty, replaced.count == heads.count else { return nil }
    return Change(
      .headReplaced, [.tensors: .texts(replaced.map { context.subject.tensors[$0].name })])
  }

  /// Whether a head is shown to be no counterpart's: it has none of its shape, or one that it
  /// resembles less than a kept one could by chance.
  ///
  /// A tied head that was written out is the model's own embedding.
  private static func isReplaced(_ context: ParentContext, _ index: Int) -> Bool {
    let head = context.subject.tensors[index]
    guard context.statuses[index] == .new, head.isEvidence, head.moments.isFinite else {
      return false
    }
    let isTied = context.subject.tensors.contains {
      $0.role == .tokenEmbedding && $0.digest == head.digest
    }
    guard !isTied else { return false }
    guard let pair = context.comparison.pairs[index] else { return true }
    return pair.cosine + 3 * pair.nullVariance.squareRoot() < keptCosine
  }

  /// A head that was kept and trained further agrees at least this much.
  private static let keptCosine = 0.6

  /// By role; in networks without roles the last matrix.
  private static func isHead(_ context: ParentContext, _ index: Int, last: Int?) -> Bool {
    switch context.subject.tensors[index].role {
    case .languageModelHead, .taskHead: true
    case .denseKernel, .unknown:
      index == last && context.subject.tensors.allSatisfy { $0.layer == nil }
    default: false
    }
  }
}
