import Canonicalise
import Fingerprint

/// The body descends from the parent; the head does not.
enum HeadReplacedRule: ChangeRule {
  static let minimumBody = 0.5

  static func change(_ context: ParentContext) -> Change? {
    let body = context.share { context.statuses[$0] != .new }
    guard body >= minimumBody else { return nil }
    let matrices = context.subject.tensors.indices.filter {
      context.subject.tensors[$0].matrix != nil
    }
    let heads = matrices.filter { isHead(context, $0, last: matrices.last) }
    let replaced = heads.filter { context.statuses[$0] == .new }
    guard !replaced.isEmpty, replaced.count == heads.count else { return nil }
    return Change(
      .headReplaced, [.tensors: .texts(replaced.map { context.subject.tensors[$0].name })])
  }

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
