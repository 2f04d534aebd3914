internal import Compare
package import Judge

/// What pairs of different lineage reach, for people and for machines.
package struct NullMeasurementWriter: Sendable {
  private let options: WriterOptions

  package init(options: WriterOptions) {
    self.options = options
  }

  // MARK: Text

  package func text(_ measured: NullMeasurement, corpus: String, isKept: Bool) -> String {
    var page = Page(options: options)
    page.line()
    page.paragraph(
      "Corpus",
      "\(printable(corpus)) · \(Figures.plural(measured.models, "model")), "
        + "\(Figures.plural(measured.compared, "pair")) compared, drawn by a hash of both ids")
    page.paragraph(
      "Left out",
      "\(Figures.plural(measured.significant, "pair")) beyond what verdicts call chance, "
        + "\(measured.connected) that such pairs connect, \(measured.declared) of common lineage by the "
        + "manifest or a card, which were not compared")
    page.line()
    guard !measured.groups.isEmpty else {
      page.paragraph("Pairs", "none is of different lineage and has anything to compare")
      return page.text
    }
    let headings = [
      "evidence", "families", "size", "pairs", "samples", "mean z", "spread", "location", "scale",
      "",
    ]
    let rows = measured.groups.map { group in
      [
        group.evidence.rawValue, printable(group.families), group.isSameSize ? "same" : "other",
        String(group.pairs.count), String(group.scores.count), Figures.rounded(group.mean, 2),
        group.deviation.map { Figures.rounded($0, 2) } ?? "–",
        Figures.rounded(group.null.location, 2), Figures.rounded(group.null.scale, 2),
        Self.reading(group),
      ]
    }
    page.block(
      "Pairs",
      page.table(
        [headings] + rows, rightAligned: [3, 4, 5, 6, 7, 8], headings: true, flexible: 1))
    page.line()
    let largest = measured.groups.map { group in
      [
        group.evidence.rawValue, Figures.rounded(group.largest?.score ?? 0, 2),
        Figures.rounded(group.admissibleLargest, 2), Figures.cosine(group.largest?.effect),
        group.largest.map { printable($0.one) + " – " + printable($0.other) } ?? "",
      ]
    }
    page.block(
      "Largest",
      page.table(
        [["evidence", "z", "at most", "cosine", "pair"]] + largest, rightAligned: [1, 2, 3],
        headings: true, flexible: 4))
    page.line()
    page.paragraph(
      "",
      "scores of independent models are standard normal at most, and stated as 0 where they are less. Wider: "
        + "the largest is more than so many such scores reach in one of 200 cases, or the samples above 0 "
        + "lie beyond what one of 200 reaches (Smirnov's one-sided distance; of fewer than "
        + "\(NullMeasurement.enoughSamples) samples it says nothing). A sample is one pair of each two "
        + "lineages. Location and scale are those of the normal distribution, nowhere narrower than the "
        + "standard one, that allows for the samples and for the largest pair.", .dim)
    page.paragraph(
      "",
      "what was left out as beyond chance is related, or the null is too narrow for it: that is not told "
        + "here, nor whether the largest pairs are relatives that nobody declared: declare them, and "
        + "calibrate again. "
        + (isKept
          ? "Kept in the corpus as \(CorpusCalibration.fileName): verdicts take the wider of the theoretical "
            + "null and this one, that of all pairs where those of a kind are too few."
          : "Not kept: verdicts take nothing from it."),
      .dim)
    return page.text
  }

  private static func reading(_ group: NullMeasurement.Group) -> String {
    group.isWider ? "wider" : group.isEnough ? "within" : "too few"
  }

  // MARK: JSON

  package func json(_ measured: NullMeasurement) -> String {
    JSONNode.object([
      "schema": .string("shellcheck-model/calibration/1"),
      "models": .integer(measured.models),
      "compared": .integer(measured.compared),
      "significant": .integer(measured.significant),
      "connected": .integer(measured.connected),
      "declared": .integer(measured.declared),
      "enoughSamples": .integer(NullMeasurement.enoughSamples),
      "groups": .array(measured.groups.map(Self.node)),
    ]).encoded() + "\n"
  }

  private static func node(_ group: NullMeasurement.Group) -> JSONNode {
    .object([
      "evidence": .string(group.evidence.rawValue),
      "families": .string(group.families),
      "isSameSize": .bool(group.isSameSize),
      "pairs": .integer(group.pairs.count),
      "mean": .number(group.mean),
      "deviation": .optional(group.deviation, JSONNode.number),
      "location": .number(group.null.location),
      "scale": .number(group.null.scale),
      "largest": .optional(group.largest) { pair in
        .object([
          "models": .strings([pair.one, pair.other]), "score": .number(pair.score),
          "cosine": .number(pair.effect),
        ])
      },
      "admissibleLargest": .number(group.admissibleLargest),
      "largestEffect": .number(group.largestEffect),
      "excess": .number(group.excess),
      "admissibleExcess": .number(group.admissibleExcess),
      "isWider": group.isWider || group.isEnough ? .bool(group.isWider) : .null,
      "scores": .array(group.scores.map(JSONNode.number)),
    ])
  }
}
