import Compare
import Fingerprint
import Foundation

/// What could not be judged, in sentences for the report.
enum Limits {
  static func limits(
    _ comparison: Comparison, evidence: [ReferenceEvidence], cohort: CohortScale
  ) -> [String] {
    var limits = comparison.subject.notes
    let subject = comparison.subject
    if !Judgeability.canBeJudged(subject) {
      limits.append(
        "the model has fewer than two weight matrices: independent trainings of such a model end at "
          + "the same weights, so only equal bytes could be evidence")
    }
    let sum = evidence.filter { $0.comparison.linear.test == .sum }
    if !sum.isEmpty {
      limits.append(
        "\(plural(sum.count, "reference")) compared without a residual stream: the sum over tensors "
          + "is scaled by \(LinearInflation.sum), its spread over independent pairs")
    }
    let apart = evidence.filter { $0.comparison.linear.coverage < Calibration.inconclusiveCoverage }
    if !apart.isEmpty {
      let names = apart.map(\.comparison.id).sorted().prefix(5).joined(separator: ", ")
      limits.append(
        "linear evidence could speak about less than "
          + "\(Int(Calibration.inconclusiveCoverage * 100)) % of the parameters against "
          + "\(plural(apart.count, "reference")) of other shapes (\(names)\(apart.count > 5 ? ", …" : ""))"
      )
    }
    let silent = evidence.filter { $0.comparison.circuits == nil }
    if !silent.isEmpty, subject.frame != nil {
      limits.append(
        "no common circuits with \(plural(silent.count, "reference")): no tokenizer, another kind of "
          + "network, or too few tokens in common")
    }
    for twin in evidence
    where !twin.isSignificant && twin.log10P <= Calibration.remarkableLog10P {
      limits.append(
        String(
          format: "likeness to %@ is beyond chance (log10 p = %.1f) but its effect (circuits %.2f, "
            + "numbers %.2f) is smaller than descent leaves: models of one recipe reach that",
          twin.comparison.id, twin.log10P, twin.circuitMean ?? 0, twin.comparison.linear.mean))
    }
    return limits + screening(comparison) + scale(cohort)
  }

  /// How many references were only screened.
  static func screening(_ comparison: Comparison) -> [String] {
    guard !comparison.screened.isEmpty else { return [] }
    let open = comparison.screened.count { !$0.isClear }
    let more =
      open > 0
      ? "; \(open) of those screened resemble the subject, but less than those compared" : ""
    return [
      "\(plural(comparison.screened.count, "reference")) screened only, on a packed index of small "
        + "projections; \(comparison.references.count) compared in full" + more
    ]
  }

  /// How the null was scaled.
  static func scale(_ cohort: CohortScale) -> [String] {
    guard cohort.references > 0 else { return [] }
    return [
      String(
        format: "null scaled by %.2f (linear) and %.2f (circuits), measured on %d unrelated "
          + "references", cohort.linear, cohort.circuits, cohort.references)
    ]
  }

  /// What a quick look read.
  static func limits(_ look: QuickLook) -> [String] {
    let what =
      look.component.map { component in
        let layers = look.layers.map(String.init).joined(separator: ", ")
        let anchors = look.fingerprint.frame?.anchorIDs.count ?? 0
        return
          "the embeddings of \(plural(anchors, "token")) and the attention of layers \(layers) "
          + "of \(component)"
      }
      ?? "\(plural(look.tensorsRead, "large matrix", "large matrices")), as there are no circuits,"
    let share = 100 * Double(look.bytesRead) / Double(look.byteCount)
    return [
      "a quick look: \(what) were read, \(String(format: "%.2g", share)) % of the bytes; no digest, "
        + "no changes and no shares are given"
    ]
  }

  private static func plural(_ count: Int, _ noun: String, _ nouns: String) -> String {
    count == 1 ? "one \(noun)" : "\(count) \(nouns)"
  }

  private static func plural(_ count: Int, _ noun: String) -> String {
    count == 1 ? "one \(noun)" : "\(count) \(noun)s"
  }
}
