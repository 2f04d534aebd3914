/// SCM6003: nothing can be said of descent, or only of copies in place, and the policy does not let that
/// pass.
enum InconclusiveRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let level: Finding.Level
    switch context.policy.inconclusive {
    case .pass: return []
    case .stop, .warn: level = .warning
    case .fail: level = .error
    }
    switch context.judgement.verdict.relation {
    case .inconclusive: break
    case .noEvidence:
      let names = OrderBlindness.names(
        context.evidence,
        screened: context.judgement.candidates.filter(\.isScreened).map(\.reference),
        of: context.subject)
      return names.isEmpty ? [] : [context.finding(.blindToOrder(references: names), level)]
    default: return []
    }
    if case .adapterAlone(let declared) = context.judgement.verdict.statement {
      return [context.finding(.adapterAlone(declared: declared), level)]
    }
    return [context.finding(.inconclusive(context.policy.inconclusive), level)]
  }
}
