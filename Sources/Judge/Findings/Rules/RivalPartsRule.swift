import Fingerprint
import Load

/// SCM1007: several parts of the model claim the same places in the network.
///
/// Software that loads it reads one of them. Each was judged by itself.
enum RivalPartsRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let parts = context.subject.identity.problems(.rival).map(\.subject)
    return parts.isEmpty ? [] : [context.finding(.rivalParts(parts), .warning)]
  }
}
