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
    let anchored = evidence.filter {
      !$0.comparison.fingerprint.circuits.isEmpty && $0.comparison.circuits == nil
        && $0.comparison.linear.coverage >= Calibration.inconclusiveCoverage && !$0.isSignificant
    }
    if subject.circuits.isEmpty, !anchored.isEmpty {
      limits.append(
        Limit(
          .onlyInPlace,
          "without circuits of its own the model was only searched for the same numbers in the same "
            + "places: a re-based copy of \(plural(anchored.count, "reference")) with circuits would "
            + "not be seen", ["references": .integer(anchored.count)]))
    }
    for parent in evidence {
      guard let problem = parent.comparison.recoveryProblem else { continue }
      limits.append(
        Limit(
          .recoveryFailed,
          "the weights could not be read again to undo a disguise of \(parent.comparison.id): "
            + problem,
          ["reference": .text(parent.comparison.id), "problem": .text(problem)]))
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
    return limits + screening(comparison) + scale(cohort)
  }

  /// How many references were only screened.
  static func screening(_ comparison: Comparison) -> [Limit] {
    guard !comparison.screened.isEmpty else { return [] }
    let open = comparison.screened.count { !$0.isClear }
    let values: [String: DetailValue] = [
      "screened": .integer(comparison.screened.count),
      "compared": .integer(comparison.references.count), "open": .integer(open),
    ]
    let message =
      "\(plural(comparison.screened.count, "reference")) screened only, on a packed index of small "
      + "projections; \(comparison.references.count) compared in full"
    guard open > 0 else { return [Limit(.screened, message, values)] }
    return [
      Limit(
        .screenedOpen,
        message + "; \(open) of those screened resemble the subject, but less than those compared",
        values)
    ]
  }

  /// How the null was scaled.
  static func scale(_ cohort: CohortScale) -> [Limit] {
    guard cohort.references > 0 else { return [] }
    return [
      Limit(
        .scaledNull,
        String(
          format: "null scaled by %.2f (linear) and %.2f (circuits), measured on %d unrelated "
            + "references", cohort.linear, cohort.circuits, cohort.references),
        [
          "linear": .number(cohort.linear), "circuits": .number(cohort.circuits),
          "references": .integer(cohort.references),
        ])
    ]
  }

  /// What a quick look read.
  static func limits(_ look: QuickLook) -> [Limit] {
    let share = String(format: "%.2g", 100 * Double(look.bytesRead) / Double(look.byteCount)) + " %"
    let rest = "\(share) of the bytes; no digest, no changes and no shares are given"
    guard let component = look.component else {
      return [
        Limit(
          .quickLookAtMatrices,
          "a quick look: \(plural(look.tensorsRead, "large matrix", "large matrices")), as there are "
            + "no circuits, were read, \(rest)",
          ["matrices": .integer(look.tensorsRead), "share": .text(share)])
      ]
    }
    let layers = look.layers.map(String.init).joined(separator: ", ")
    let anchors = look.fingerprint.frame?.anchorIDs.count ?? 0
    return [
      Limit(
        .quickLook,
        "a quick look: the embeddings of \(plural(anchors, "token")) and the attention of layers "
          + "\(layers) of \(component) were read, \(rest)",
        [
          "tokens": .integer(anchors), "layers": .text(layers), "component": .text(component),
          "share": .text(share),
        ])
    ]
  }

  private static func plural(_ count: Int, _ noun: String, _ nouns: String) -> String {
    count == 1 ? "one \(noun)" : "\(count) \(nouns)"
  }

  private static func plural(_ count: Int, _ noun: String) -> String {
    count == 1 ? "one \(noun)" : "\(count) \(noun)s"
  }
}
