/// SCM2001 to SCM2006: what the weights descend from or are related to.
enum LineageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let (verdict, parents) = (context.judgement.verdict, context.judgement.parents)
    let level: Finding.Level
    switch verdict.relation {
    case .identical, .derived, .partial, .merged, .related: level = .info
    case .sharedInitialisation: level = .warning
    case .noEvidence, .inconclusive: return []
    }
    return [
      context.finding(
        .lineage(
          Fact.Lineage(
            relation: verdict.relation, statement: verdict.statement, log10P: verdict.log10P,
            references: parents.map(\.reference),
            derivedShare: parents.first?.modification?.derivedShare,
            shares: verdict.statement.shares)), level)
    ]
  }
}
