import Fingerprint

extension FindingRules {
  /// The rules that a quick look may answer: that something was found, and whether it is disclosed.
  private static let quick: [any FindingRule.Type] = [
    LineageRule.self, UndeclaredParentRule.self, ParentNotAllowedRule.self,
    InconclusiveRule.self, CorpusDamageRule.self,
  ]

  /// SCM6001 among them, always: most of the model was not seen.
  static func findings(_ context: FindingContext, look: QuickLook) -> [Finding] {
    let read = look.isOfPart ? look.shareOfBytes : look.coverage
    let coverage = context.finding(.quickLook(read: read, coverage: look.coverage), .warning)
    return quick.flatMap { $0.findings(context) } + [coverage]
  }
}
