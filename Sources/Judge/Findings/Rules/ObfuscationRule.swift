import Compare
import Fingerprint

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
    return [
      context.finding(
        .obfuscatedWeights(
          Fact.Obfuscated(
            reference: parent.reference,
            linearMean: weights.comparison.reordering?.inPlaceMean ?? parent.linear.mean,
            circuitsMean: weights.comparison.circuits?.mean ?? 0,
            unitsCosine: weights.comparison.reordering?.cosine,
            equilibrated: weights.subject.equilibrated.map {
              Fact.Equilibrated(
                matrices: $0.matrices, spread: $0.spread, cosine: parent.linear.mean)
            }, kinds: disguises)), .error)
    ]
  }
}
