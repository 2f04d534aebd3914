import Fingerprint
import Foundation

extension FindingRules {
  /// The rules that a quick look may answer: that something was found, and whether it is disclosed.
  private static let quick: [any FindingRule.Type] = [
    LineageRule.self, UndeclaredParentRule.self, ParentNotAllowedRule.self, CorpusDamageRule.self,
  ]

  /// SCM6001 among them, always: most of the model was not seen.
  static func findings(_ context: FindingContext, look: QuickLook) -> [Finding] {
    let share = String(format: "%.2g", 100 * Double(look.bytesRead) / Double(look.byteCount)) + " %"
    let coverage = context.finding(
      .lowCoverage, .warning,
      "a quick look read \(share) of the weights: it may show descent, and never that there is none",
      ["coverage": .number(look.coverage), "read": .text(share)])
    return quick.flatMap { $0.findings(context) } + [coverage]
  }
}
