import Canonicalise
import Fingerprint

/// SCM5002: config.json describes another network than the tensors are.
enum ConfigContradictionRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.subject.identity.contradictions.map { contradiction in
      var evidence: [String: DetailValue] = [
        "subject": .text(contradiction.subject), "stated": .text(contradiction.stated),
        "shown": .text(contradiction.shown),
      ]
      if let component = contradiction.component { evidence["component"] = .text(component) }
      return context.finding(
        .configContradictsWeights, .warning, contradiction.sentence, evidence)
    }
  }
}
