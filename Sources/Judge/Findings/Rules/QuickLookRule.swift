import Fingerprint

extension FindingRules {
  /// The rules that a quick look may answer: that something was found, and whether it is disclosed.
  private static let quick: [any FindingRule.Type] = [
    LineageRule.self, UndeclaredParentRule.self, ParentNotAllowedRule.self,
    InconclusiveRule.self, CorpusDamageRule.self,
  ]

  /// SCM6001 among them, always: most of the model was not seen.
  static func findings(_ context: FindingContext, look: QuickLook) -> [Finding] {
    // Where the subject is known as a whole, it was the references that were only looked at.
    let seen = context.evidence.map(\.comparison.fingerprint).filter(\.isOfQuickLook).map {
      fingerprint in
      let read = fingerprint.tensors.filter { $0.sketch != .none }
      return Double(read.reduce(0) { $0 + $1.elementCount })
        / Double(max(1, fingerprint.identity.parameters))
    }
    let share = min(look.coverage, seen.min() ?? 1)
    let read = look.bytesRead < look.byteCount ? look.shareOfBytes : share
    let coverage = context.finding(.quickLook(read: read, coverage: share), .warning)
    return quick.flatMap { $0.findings(context) } + [coverage]
  }
}
