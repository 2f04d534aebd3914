import Compare
import Foundation

/// SCM6001: too little could be compared with anything.
enum CoverageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let best = context.evidence.map { context.coverage(of: $0.comparison.id) }.max() ?? 0
    guard best < Calibration.lowCoverage else { return [] }
    return [
      context.finding(
        .lowCoverage, .warning,
        String(
          format: "only %.0f %% of the parameters could be compared with any reference", best * 100),
        ["coverage": .number(best)])
    ]
  }
}
