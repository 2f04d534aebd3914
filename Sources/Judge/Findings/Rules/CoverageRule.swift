import Compare
import Fingerprint
import Load

/// SCM6001: too little could be compared with anything, or read at all; or something beside a parent could
/// be compared in its place only.
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
            count: unread.count, tensors: unread.prefix(Fact.namedItems).map(\.subject), read: read),
          .warning))
    }
    if best * (read ?? 1) < Calibration.lowCoverage {
      findings.append(context.finding(.lowCoverage(best * (read ?? 1)), .warning))
    }
    let rest = context.undescribedRest
    if context.judgement.verdict.relation != .inconclusive, context.hiddenShare == nil,
      isOfSubstance(rest)
    {
      findings.append(
        context.finding(
          .undescribedPart(
            share: max(rest.share, rest.shareOfPieces), matrices: rest.matrices), .info))
    }
    return findings
  }

  /// Whether it is worth a word, and less than SCM6003 speaks about: so much of the model, or matrices
  /// enough for a model of its own.
  private static func isOfSubstance(_ rest: Judgeability.Undescribed) -> Bool {
    return max(rest.share, rest.shareOfPieces) >= Calibration.undescribedPart
      || rest.matrices >= Calibration.judgeableMatrices
        && rest.parameters >= Calibration.undescribedParameters
  }
}
