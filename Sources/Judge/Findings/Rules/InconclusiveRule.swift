/// SCM6003: nothing can be said of descent, and the policy does not let that pass.
enum InconclusiveRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard context.judgement.verdict.relation == .inconclusive else { return [] }
    let level: Finding.Level
    switch context.policy.inconclusive {
    case .pass: return []
    case .stop, .warn: level = .warning
    case .fail: level = .error
    }
    if case .adapterAlone(let declared) = context.judgement.verdict.statement {
      return [context.finding(.adapterAlone(declared: declared), level)]
    }
    return [context.finding(.inconclusive(context.policy.inconclusive), level)]
  }
}
