internal import Judge

extension Page {
  /// One parent: evidence with effect sizes beside significance beside coverage, then what changed.
  mutating func parent(_ parent: Parent, number: Int?) {
    let name = language.name(of: parent)
    let label = number.map { "\(name) \($0)" } ?? name
    var said = "  " + language(parent.relation)
    if let coefficient = parent.coefficient {
      said += language.separator + language.say(.weight, Figures.cosine(coefficient))
    }
    said += language.separator + language.pValue(parent.log10P)
    let reference = TextLayout.shortened(
      printable(parent.reference), to: max(8, measure - TextLayout.width(said)))
    block(label, [palette.paint(reference, .bold) + said])
    paragraph("", printable(language.words(parent.direction)), .dim)
    for text in language.alternatives(parent) { paragraph("", printable(text)) }
    evidence(of: parent)
    for line in LayerStrip(
      pairs: parent.layerMap, measure: measure, language: language
    ).lines(palette) {
      block(line.label, [line.line])
    }
    changes(parent.changes)
    if let figures = parent.modification { modification(figures) }
  }

  private mutating func evidence(of parent: Parent) {
    let headings = [language.say(.effect), "z", language.say(.coverage)]
    let rows = language.evidence(parent).map { [$0.name, $0.effect, $0.z, $0.coverage] }
    block(
      language.say(.evidence),
      table([[""] + headings] + rows, rightAligned: [2, 3], headings: true))
  }

  private mutating func changes(_ changes: [Change]) {
    for (index, change) in changes.enumerated() {
      let lines = TextLayout.wrapped(printable(language.words(change)), to: measure)
      let styles: [Palette.Style] = change.kind.isDisguise ? [.red] : []
      block(index == 0 ? language.say(.changed) : "", lines.map { palette.paint($0, styles) })
    }
  }

  private mutating func modification(_ modification: Modification) {
    let blocks: [(block: Character, style: Palette.Style)] = [
      ("█", .green), ("▓", .cyan), ("▒", .yellow), ("░", .magenta),
    ]
    let parts = language.parts(modification)
    let cells = Blocks.cells(for: parts.map(\.share), width: min(measure, 60))
    let bar = zip(blocks, cells).map { block, count in
      palette.paint(String(repeating: block.block, count: count), block.style)
    }
    let legend = zip(parts, blocks).filter { $0.0.share > 0 }.map { part, block in
      palette.paint(String(block.block), block.style) + " \(part.name) "
        + Figures.percent(part.share)
    }
    var lines = [bar.joined(), legend.joined(separator: "   ")]
    if modification.dropped > 0 {
      lines.append(language.say(.droppedShare, Figures.percent(modification.dropped)))
    }
    block(language.say(.weights), lines.filter { !$0.isEmpty })
    paragraph(language.say(.share), language.shares(modification))
  }

  /// Columns two spaces apart, each as wide as its widest cell.
  ///
  /// - Parameter measure: where last cells are cut; nil for what fits anyway.
  func table(
    _ rows: [[String]], rightAligned: Set<Int>, headings: Bool,
    styles: [Int: [Palette.Style]] = [:], measure: Int? = nil
  ) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? TextLayout.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.enumerated().map { index, row in
      let filled = row.lastIndex { !$0.isEmpty }.map { row[...$0] } ?? []
      var filledColumns = 0
      let cells = filled.enumerated().map { column, text in
        let rest = measure.map { max(8, $0 - filledColumns) }
        let cell = rest.map { TextLayout.shortened(text, to: $0) } ?? text
        filledColumns += widths[column] + 2
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
