import Fingerprint

/// SCM1005: weights are stored in a way that is recognised and not decoded.
enum UndecodedWeightsRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let groups = context.subject.undecoded.map {
      Fact.Undecoded(storage: $0.storage, tensors: $0.tensors, parameters: $0.parameters)
    }
    guard !groups.isEmpty else { return [] }
    return [
      context.finding(
        .undecodedWeights(groups, share: context.subject.undecodedShare), .warning)
    ]
  }
}
