import Compare
import Fingerprint
import Foundation

/// What could not be judged, in sentences for the report.
enum Limits {
  static func limits(
    _ comparison: Comparison, evidence: [ReferenceEvidence], cohort: CohortScale
  ) -> [Limit] {
    var limits = comparison.subject.notes.map { Limit(nil, $0) }
    let subject = comparison.subject
    if !Judgeability.canBeJudged(subject) {
      limits.append(
        Limit(
          .fewMatrices,
          "the model has fewer than two weight matrices: independent trainings of such a model end "
            + "at the same weights, so only equal bytes could be evidence"))
    }
    let sum = evidence.filter { $0.comparison.linear.test == .sum }
    if !sum.isEmpty {
      limits.append(
        Limit(
          .sumOverTensors,
          "\(plural(sum.count, "reference")) compared without a residual stream: the sum over "
            + "tensors is scaled by \(LinearInflation.sum), its spread over independent pairs",
          ["references": .integer(sum.count), "scale": .number(LinearInflation.sum)]))
    }
    let apart = evidence.filter { $0.comparison.linear.coverage < Calibration.inconclusiveCoverage }
    if !apart.isEmpty {
      let names = apart.map(\.comparison.id).sorted().prefix(5).joined(separator: ", ")
      limits.append(
        Limit(
          .otherShapes,
          "linear evidence could speak about less than "
            + "\(Int(Calibration.inconclusiveCoverage * 100)) % of the parameters against "
            + "\(plural(apart.count, "reference")) of other shapes "
            + "(\(names)\(apart.count > 5 ? ", …" : ""))",
          [
            "coverage": .number(Calibration.inconclusiveCoverage),
            "references": .integer(apart.count),
            "names": .texts(apart.map(\.comparison.id).sorted()),
          ]))
    }
    let silent = evidence.filter { $0.comparison.circuits == nil }
    if !silent.isEmpty, subject.frame != nil {
      limits.append(
        Limit(
          .noCommonCircuits,
          "no common circuits with \(plural(silent.count, "reference")): no tokenizer, another kind "
            + "of network, or too few tokens in common", ["references": .integer(silent.count)]))
    }
    for twin in evidence
    where !twin.isSignificant && twin.log10P <= Calibration.remarkableLog10P {
      limits.append(
        Limit(
          .smallLikeness,
          String(
            format: "likeness to %@ is beyond chance (log10 p = %.1f) but its effect (circuits "
              + "%.2f, numbers %.2f) is smaller than descent leaves: models of one recipe reach that",
            twin.comparison.id, twin.log10P, twin.circuitMean ?? 0, twin.comparison.linear.mean),
          [
            "reference": .text(twin.comparison.id), "log10P": .number(twin.log10P),
            "circuits": .number(twin.circuitMean ?? 0),
            "numbers": .number(twin.comparison.linear.mean),
          ]))
    }
    if cohort.references > 0 {
      limits.append(
        Limit(
          .scaledNull,
          String(
            format: "null scaled by %.2f (linear) and %.2f (circuits), measured on %d unrelated "
              + "references", cohort.linear, cohort.circuits, cohort.references),
          [
            "linear": .number(cohort.linear), "circuits": .number(cohort.circuits),
            "references": .integer(cohort.references),
          ]))
    }
    return limits
  }

  private static func plural(_ count: Int, _ noun: String) -> String {
    count == 1 ? "one \(noun)" : "\(count) \(noun)s"
  }
}
