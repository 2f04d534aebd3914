import Fingerprint
import Load

/// SCM1003: files of weights beside those that were judged.
enum UnreadWeightsRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let unread = context.subject.identity.unreadFiles
    guard !unread.isEmpty else { return [] }
    let shown = unread.prefix(Fact.namedItems)
    return [
      context.finding(
        .unreadWeights(
          Fact.UnreadWeights(
            files: shown.map(\.subject), problems: shown.map(\.message), count: unread.count)),
        .warning)
    ]
  }
}
