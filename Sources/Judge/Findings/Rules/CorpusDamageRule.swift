/// SCM6002: a reference that could not be used.
enum CorpusDamageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.damagedReferences.map { problem in
      context.finding(
        .corpusDamaged, .warning, "a reference could not be used: \(problem)",
        ["problem": .text(problem)])
    }
  }
}
