/// SCM6002: a reference that could not be used.
enum CorpusDamageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.damagedReferences.map { context.finding(.corpusDamaged(problem: $0), .warning) }
  }
}
