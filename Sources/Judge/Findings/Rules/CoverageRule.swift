import Compare

/// SCM6001: too little could be compared with anything.
enum CoverageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let best = context.evidence.map { context.coverage(of: $0.comparison.id) }.max() ?? 0
    return best < Calibration.lowCoverage ? [context.finding(.lowCoverage(best), .warning)] : []
  }
}
