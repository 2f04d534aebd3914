import Compare

/// SCM5001: training never re-bases a network, so somebody did.
enum ObfuscationRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard let parent = context.parents.first, let weights = context.contexts.first else {
      return []
    }
    let disguises = parent.changes.map(\.kind).filter(\.isDisguise)
    // What the weights say, where they were at hand, overrules what fingerprints suggest.
    let suspected = weights.comparison.recovery == nil && Obfuscation.isSuspected(weights)
    guard !disguises.isEmpty || suspected else { return [] }
    let how =
      disguises.isEmpty
      ? "in a way that needs the reference's weights to be told"
      : disguises.map(\.rawValue).joined(separator: ", ")
    return [
      context.finding(
        .obfuscatedWeights, .error,
        "the weights of \(parent.reference) were re-based without changing what they compute "
          + "(\(how)), which training never does",
        [
          "reference": .text(parent.reference), "linearMean": .number(parent.linear.mean),
          "circuitsMean": .number(weights.comparison.circuits?.mean ?? 0),
          "kinds": .texts(disguises.map(\.rawValue)),
        ])
    ]
  }
}
