import Canonicalise
import Fingerprint

/// SCM5002: config.json describes another network than the tensors are.
enum ConfigContradictionRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let contradictions = context.subject.identity.contradictions
    guard !contradictions.isEmpty else { return [] }
    return [
      context.finding(
        .configContradictsWeights(
          contradictions.map {
            Fact.Contradiction(subject: $0.place, stated: $0.stated, shown: $0.shown)
          }), .warning)
    ]
  }
}
