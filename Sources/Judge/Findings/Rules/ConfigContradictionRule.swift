import Canonicalise
import Fingerprint

/// SCM5002: config.json describes another network than the tensors are.
enum ConfigContradictionRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let contradictions = context.subject.identity.contradictions
    guard !contradictions.isEmpty else { return [] }
    return [
      context.finding(
        .configContradictsWeights, .warning,
        "config.json contradicts the tensors: "
          + contradictions.map(\.words).joined(separator: ", "),
        [
          "subjects": .texts(contradictions.map(\.place)),
          "stated": .texts(contradictions.map(\.stated)),
          "shown": .texts(contradictions.map(\.shown)),
        ])
    ]
  }
}
