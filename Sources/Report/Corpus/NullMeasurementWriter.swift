package import Judge

/// What pairs of different lineage reach, for people and for machines.
package struct NullMeasurementWriter: Sendable {
  private let options: WriterOptions
  private var language: Language { options.language }

  package init(options: WriterOptions) {
    self.options = options
  }

  // MARK: Text

  package func text(_ measured: NullMeasurement, corpus: String) -> String {
    var page = Page(options: options)
    page.line()
    page.paragraph(
      "Corpus", "\(printable(corpus)) · \(Figures.plural(measured.models, "model"))")
    page.paragraph(
      "Left out",
      "\(Figures.plural(measured.kin, "pair")) that share training by their weights, "
        + "\(measured.declaredKin) of common lineage by the manifest or a card")
    page.line()
    guard !measured.groups.isEmpty else {
      page.paragraph("Pairs", "none is of different lineage and has anything to compare")
      return page.text
    }
    let headings = [
      "evidence", "families", "size", "pairs", "mean z", "spread", "largest z", "largest cosine",
      "",
    ]
    let rows = measured.groups.map { group in
      [
        group.evidence.rawValue, printable(group.families), group.isSameSize ? "same" : "other",
        String(group.scores.count), Figures.rounded(group.mean, 2),
        group.deviation.map { Figures.rounded($0, 2) } ?? "–",
        Figures.rounded(group.scores.last ?? 0, 2), Figures.cosine(group.largestEffect),
        Self.reading(group),
      ]
    }
    page.block(
      "Pairs",
      page.table(
        [headings] + rows, rightAligned: [3, 4, 5, 6, 7], headings: true, flexible: 1))
    page.line()
    page.paragraph(
      "",
      "scores of independent models are standard normal at most, and those of numbers never below 0; the "
        + "cosine is the largest. Wider: above 0 they lie beyond what one of a hundred samples of a "
        + "standard normal reaches (Smirnov's one-sided distance). Of fewer than "
        + "\(NullMeasurement.enoughPairs) pairs nothing is said. No verdict takes anything from this.",
      .dim)
    return page.text
  }

  private static func reading(_ group: NullMeasurement.Group) -> String {
    !group.isEnough ? "too few" : group.isWider ? "wider" : "within"
  }

  // MARK: JSON

  package func json(_ measured: NullMeasurement) -> String {
    JSONNode.object([
      "schema": .string("shellcheck-model/calibration/1"),
      "models": .integer(measured.models),
      "kin": .integer(measured.kin),
      "declaredKin": .integer(measured.declaredKin),
      "enoughPairs": .integer(NullMeasurement.enoughPairs),
      "groups": .array(measured.groups.map(Self.node)),
    ]).encoded() + "\n"
  }

  private static func node(_ group: NullMeasurement.Group) -> JSONNode {
    .object([
      "evidence": .string(group.evidence.rawValue),
      "families": .string(group.families),
      "isSameSize": .bool(group.isSameSize),
      "pairs": .integer(group.scores.count),
      "mean": .number(group.mean),
      "deviation": .optional(group.deviation, JSONNode.number),
      "largest": .number(group.scores.last ?? 0),
      "largestEffect": .number(group.largestEffect),
      "excess": .number(group.excess),
      "admissibleExcess": .number(group.admissibleExcess),
      "isWider": group.isEnough ? .bool(group.isWider) : .null,
      "scores": .array(group.scores.map(JSONNode.number)),
    ])
  }
}
