internal import Judge

extension Page {
  /// One parent: evidence with effect sizes beside significance beside coverage, then what changed.
  mutating func parent(_ parent: Parent, number: Int?) {
    let label = number.map { "Parent \($0)" } ?? "Parent"
    var heading = palette.paint(
      TextLayout.shortened(printable(parent.reference), to: measure / 2), .bold)
    heading += "  " + parent.relation.words
    if let coefficient = parent.coefficient {
      heading += ", weight " + Figures.cosine(coefficient)
    }
    // The Judge states no smaller p-value (docs/method.md, section 4): it is a bound, not a value.
    heading += parent.log10P <= Calibration.smallestLog10P ? ", p < " : ", p = "
    heading += Figures.pValue(log10: parent.log10P)
    block(label, [heading])
    block("", [palette.paint(parent.direction.words, .dim)])
    evidence(of: parent)
    for line in LayerStrip(pairs: parent.layerMap, measure: measure).lines(palette) {
      block(line.label, [line.line])
    }
    changes(parent.changes)
    if let figures = parent.modification { modification(figures) }
  }

  private mutating func evidence(of parent: Parent) {
    let linear = parent.linear
    var rows = [
      ["", "effect", "z", "coverage"],
      [
        "same numbers", "cosine " + Figures.cosine(linear.mean), Figures.z(linear.z),
        Figures.percent(linear.coverage),
      ],
    ]
    if let circuits = parent.circuits {
      let parts = [
        ("qk", circuits.qk), ("ov", circuits.ov), ("ud", circuits.ud), ("gg", circuits.gg),
      ]
      rows.append([
        "same function",
        parts.filter { $0.1 != nil }.map { $0.0 + " " + Figures.cosine($0.1) }
          .joined(separator: "  "),
        Figures.z(circuits.z), Figures.percent(circuits.coverage),
      ])
    }
    block("evidence", table(rows, rightAligned: [2, 3], headings: true))
  }

  private mutating func changes(_ changes: [Change]) {
    for (index, change) in changes.enumerated() {
      let lines = TextLayout.wrapped(change.words, to: measure)
      let styles: [Palette.Style] = change.kind.isDisguise ? [.red] : []
      block(index == 0 ? "changed" : "", lines.map { palette.paint($0, styles) })
    }
  }

  private mutating func modification(_ modification: Modification) {
    let parts: [(name: String, share: Double, block: Character, style: Palette.Style)] = [
      ("unchanged", modification.unchanged, "█", .green),
      ("re-encoded", modification.reencoded, "▓", .cyan),
      ("modified", modification.modified, "▒", .yellow),
      ("new", modification.new, "░", .magenta),
    ]
    let cells = Blocks.cells(for: parts.map(\.share), width: min(measure, 60))
    let bar = zip(parts, cells).map { part, count in
      palette.paint(String(repeating: part.block, count: count), part.style)
    }
    let legend = parts.filter { $0.share > 0 }.map { part in
      palette.paint(String(part.block), part.style) + " \(part.name) "
        + Figures.percent(part.share)
    }
    var lines = [bar.joined(), legend.joined(separator: "   ")]
    if modification.dropped > 0 {
      lines.append("\(Figures.percent(modification.dropped)) of the reference was dropped")
    }
    block("weights", lines.filter { !$0.isEmpty })
    var share =
      Figures.percent(modification.derivedShare) + " derived ("
      + Figures.percent(modification.derivedShareLow) + " to "
      + Figures.percent(modification.derivedShareHigh) + "), "
      + Figures.percent(modification.novelty) + " new; relative change "
      + Figures.short(modification.relativeChange)
    if let rank = modification.effectiveRank { share += ", of rank \(rank)" }
    paragraph("share", share)
  }

  /// Columns two spaces apart, each as wide as its widest cell.
  func table(
    _ rows: [[String]], rightAligned: Set<Int>, headings: Bool,
    styles: [Int: [Palette.Style]] = [:]
  ) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? TextLayout.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      let filled = row.lastIndex { !$0.isEmpty }.map { row[...$0] } ?? []
      let cells = filled.enumerated().map { column, cell in
        let isLast = column + 1 == filled.count && !rightAligned.contains(column)
        let padded =
          rightAligned.contains(column)
          ? TextLayout.leftPadded(cell, to: widths[column])
          : isLast ? cell : TextLayout.padded(cell, to: widths[column])
        return headings && index == 0
          ? palette.paint(padded, .dim) : palette.paint(padded, styles[index] ?? [])
      }
      return cells.joined(separator: "  ")
    }
  }
}
