internal import Judge

extension Page {
  /// One parent: evidence with effect sizes beside significance beside coverage, then what changed.
  mutating func parent(_ parent: Parent, number: Int?, in judgement: Judgement) {
    let isMerge = judgement.parents.count > 1
    let name = language.name(of: parent)
    let label = number.map { "\(name) \($0)" } ?? name
    var said = "  " + language(parent.relation)
    if let weight = language.weight(parent, in: judgement) {
      said += language.separator + weight
    }
    said += language.separator + language.pValue(parent.log10P)
    let reference = TextLayout.shortened(
      printable(parent.reference), to: max(8, measure - TextLayout.width(said)))
    block(label, [palette.paint(reference, .bold) + said])
    paragraph("", printable(language.words(parent.direction)), .dim)
    for text in language.alternatives(parent) { paragraph("", printable(text)) }
    evidence(
      of: parent, before: StrangerBackground(judgement), isFirst: number ?? 1 == 1)
    for line in LayerStrip(
      pairs: parent.layerMap, measure: measure, language: language
    ).lines(palette) {
      block(line.label, [line.line])
    }
    changes(parent.changes)
    if var figures = parent.modification {
      // Of a sibling by its start everything is there, and some of it no longer alike.
      if parent.relation == .sharedInitialisation { figures.dropped = 0 }
      modification(figures, of: parent.relation, isMerge: isMerge)
    }
  }

  /// Without the column of strangers where too few are in the corpus.
  private mutating func evidence(
    of parent: Parent, before background: StrangerBackground, isFirst: Bool
  ) {
    let text = language.strangersText(background)
    var rows = [[""] + language.evidenceHeadings.dropFirst()]
    rows += language.evidence(parent, before: background).map(\.cells)
    let isWide = Self.width(rows) <= tableMeasure
    let hasColumn = text != nil && isWide
    if !hasColumn { for index in rows.indices { rows[index].remove(at: 2) } }
    block(
      language.say(.evidence),
      table(rows, rightAligned: hasColumn ? [2, 3, 4] : [2, 3], headings: true))
    guard let text else { return }
    if !isWide {
      let levels = [(Phrase.numbers, background.numbers), (.function, background.circuits)]
        .filter { $0.1 != nil }.map { language.say($0) + " " + language.background($1) }
      paragraph(
        "", language.say(.strangers) + language.colon + levels.joined(separator: language.comma))
    }
    if isFirst { paragraph("", text, .dim) }
  }

  /// How a merge was put together.
  mutating func mixture(_ mixture: MixtureTable) {
    let width = max(8, (tableMeasure - 36) / max(1, mixture.references.count) - 2)
    let names = mixture.references.map { TextLayout.shortened(printable($0), to: width) }
    let headings = [language.say(.mixtureUnit)] + names + [language.say(.mixtureColumn)]
    let rows = mixture.rows.map { row in
      [TextLayout.shortened(printable(row.name), to: 24)] + row.coefficients + [row.explained]
    }
    block(
      language.say(.mixture),
      table(
        [headings] + rows, rightAligned: Set(1..<headings.count), headings: true))
    paragraph("", mixture.reading, .dim)
  }

  /// The layers and tensors that changed most, and how much did not change at all.
  mutating func ranking(_ ranking: ChangeRanking) {
    func line(_ entries: [ChangeRanking.Entry], _ phrase: Phrase, _ count: Int) -> String? {
      guard !entries.isEmpty else { return nil }
      let texts = entries.prefix(count).map {
        printable($0.name) + language.bracketed(Figures.short($0.change))
      }
      return language.say(phrase, texts.joined(separator: language.comma))
    }
    let lines = [
      line(ranking.layers, .mostLayers, 4), line(ranking.tensors, .mostTensors, 3),
      language.say(
        .unchangedShort, String(ranking.unchanged.tensors), String(ranking.all.tensors),
        Figures.percent(ranking.unchangedShare)),
    ].compactMap(\.self)
    for (index, text) in lines.enumerated() {
      paragraph(index == 0 ? language.say(.mostChanged) : "", text)
    }
  }

  private mutating func changes(_ changes: [Change]) {
    for (index, change) in changes.enumerated() {
      let lines = TextLayout.wrapped(printable(language.words(change)), to: measure)
      let styles: [Palette.Style] = change.kind.isDisguise ? [.red] : []
      block(index == 0 ? language.say(.changed) : "", lines.map { palette.paint($0, styles) })
    }
  }

  private mutating func modification(
    _ modification: Modification, of relation: Relation, isMerge: Bool
  ) {
    let blocks: [(block: Character, style: Palette.Style)] = [
      ("█", .green), ("▓", .cyan), ("▒", .yellow), ("░", .magenta), ("·", .dim),
    ]
    let parts = language.parts(modification, isMerge: isMerge)
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
      lines.append(
        language.say(isMerge ? .notTaken : .droppedShare, Figures.percent(modification.dropped)))
    }
    block(language.say(.weights), lines.filter { !$0.isEmpty })
    paragraph(language.say(.share), language.shares(modification, of: relation, isMerge: isMerge))
  }

  /// Columns two spaces apart, each as wide as its widest cell.
  ///
  /// - Parameters:
  ///   - measure: where last cells are cut; nil for what fits anyway.
  ///   - flexible: the column whose cells are shortened, where the table would be too wide otherwise.
  func table(
    _ rows: [[String]], rightAligned: Set<Int>, headings: Bool,
    styles: [Int: [Palette.Style]] = [:], measure: Int? = nil, flexible: Int? = nil
  ) -> [String] {
    let rows = flexible.map { fitted(rows, shortening: $0) } ?? rows
    let widths = Self.widths(rows)
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

  private static func widths(_ rows: [[String]]) -> [Int] {
    (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.map { column < $0.count ? TextLayout.width($0[column]) : 0 }.max() ?? 0
    }
  }

  private static func width(_ rows: [[String]]) -> Int {
    widths(rows).reduce(-2) { $0 + $1 + 2 }
  }

  private func fitted(_ rows: [[String]], shortening column: Int) -> [[String]] {
    let widths = Self.widths(rows)
    let excess = Self.width(rows) - tableMeasure
    guard excess > 0, column < widths.count else { return rows }
    let width = max(5, widths[column] - excess)
    return rows.map { row in
      guard column < row.count else { return row }
      var row = row
      row[column] = TextLayout.shortened(row[column], to: width)
      return row
    }
  }
}
