/// SCM2001 to SCM2005: what the weights descend from.
enum LineageRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let code: FindingCode
    switch context.judgement.verdict.relation {
    case .identical: code = .identicalWeights
    case .derived: code = .derivedWeights
    case .partial: code = .partiallyDerived
    case .merged: code = .mergedWeights
    case .sharedInitialisation: code = .sharedInitialisation
    case .noEvidence, .inconclusive: return []
    }
    let judgement = context.judgement
    var evidence: [String: DetailValue] = [
      "log10P": .number(judgement.verdict.log10P),
      "references": .texts(judgement.parents.map(\.reference)),
    ]
    if let share = judgement.parents.first?.modification?.derivedShare {
      evidence["derivedShare"] = .number(share)
    }
    let coefficients = judgement.parents.compactMap(\.coefficient)
    if !coefficients.isEmpty {
      evidence["shares"] = .texts(coefficients.map { Summary.percent($0) })
    }
    return [
      context.finding(
        code, code == .sharedInitialisation ? .warning : .info, judgement.verdict.summary, evidence)
    ]
  }
}
