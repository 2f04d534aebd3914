import Compare
import Fingerprint
import Load

/// SCM6001: too little could be compared with anything, or read at all.
enum CoverageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let best = context.evidence.map { context.coverage(of: $0.comparison.id) }.max() ?? 0
    let read = context.subject.identity.readShare
    var findings: [Finding] = []
    let unread = context.subject.identity.problems(.unreadTensor)
    if !unread.isEmpty, read ?? 0 < 1 {
      findings.append(
        context.finding(
          .unreadTensors(
            count: unread.count, tensors: unread.prefix(10).map(\.subject), read: read), .warning))
    }
    if best * (read ?? 1) < Calibration.lowCoverage {
      findings.append(context.finding(.lowCoverage(best * (read ?? 1)), .warning))
    }
    return findings
  }
}
