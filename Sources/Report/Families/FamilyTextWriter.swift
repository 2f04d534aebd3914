internal import Judge

/// The drawing on a terminal: a tree of lines and arrows, then what they rest on.
package struct FamilyTextWriter: FamilyWriter {
  package static let format = "text"

  private let options: WriterOptions
  private var language: Language { options.language }
  private var palette: Palette { options.palette }

  package init(options: WriterOptions) {
    self.options = options
  }

  package func write(_ report: FamilyReport) -> String {
    var page = Page(options: options)
    let forest = report.forest
    page.line()
    for line in TextLayout.wrapped(
      language.heading(forest, unread: report.inputErrors.count), to: page.columns)
    { page.line(palette.paint(line, .bold)) }
    for (index, family) in forest.families.enumerated() {
      page.line()
      draw(family, number: index + 1, forest, on: &page)
    }
    if !forest.families.isEmpty { legend(forest, on: &page) }
    list(.contradictions, forest.conflicts.map { language.words($0, forest) }, .yellow, on: &page)
    list(.said, forest.assertions.map { language.words($0, forest) }, on: &page)
    list(
      .strangers,
      forest.strangers.map {
        forest.models[$0.model].name + language.bracketed(language($0.standing))
      }, on: &page)
    list(.unread, report.inputErrors.map { "\($0.input): \($0.message)" }, .yellow, on: &page)
    page.line()
    return page.text
  }

  private func list(
    _ heading: FamilyHeading, _ texts: [String], _ styles: Palette.Style..., on page: inout Page
  ) {
    guard !texts.isEmpty else { return }
    page.line()
    for (index, text) in texts.enumerated() {
      let lines = TextLayout.wrapped(printable(text), to: page.measure)
      page.block(index == 0 ? language(heading) : "", lines.map { palette.paint($0, styles) })
    }
  }

  private func draw(
    _ family: Family, number: Int, _ forest: FamilyForest, on page: inout Page
  ) {
    let architectures = Set(family.models.compactMap { forest.models[$0].architecture }).sorted()
    let facts = [language.size(family)] + architectures
    page.line(
      "  " + palette.paint(language.name(family, number: number), .bold) + "  "
        + palette.paint(printable(facts.joined(separator: " · ")), .dim))
    let outline = FamilyOutline(family)
    var followed: [Bool] = []
    for row in outline.rows {
      followed = Array(followed.prefix(max(row.depth - 1, 0)))
      let rails = followed.map { $0 ? "│    " : "     " }.joined()
      let hook = row.edge.map { edge in
        (row.isFollowed ? "├" : "└") + stroke(edge, to: row.node) + " "
      }
      if row.depth > 0 { followed.append(row.isFollowed) }
      draw(row, before: "    " + rails + (hook ?? ""), of: family, forest, on: &page)
    }
    let shown = outline.rows.flatMap { row in [row.edge].compactMap(\.self) + row.others }
      .filter(\.isDescent)
    for (index, edge) in shown.enumerated() {
      if index == 0 { page.line() }
      guard let text = language.evidence(edge, forest) else { continue }
      page.paragraph(index == 0 ? language(FamilyHeading.shown) : "", printable(text))
    }
  }

  private func draw(
    _ row: FamilyOutline.Row, before: String, of family: Family, _ forest: FamilyForest,
    on page: inout Page
  ) {
    let label = language.label(row.node, of: family, forest)
    let notes = language.notes(row, forest).map(printable)
    let room = max(page.columns - TextLayout.width(before), 24)
    switch row.node {
    case .model:
      let name = TextLayout.shortened(printable(label), to: room)
      let text = notes.isEmpty ? "" : "  " + notes.joined(separator: " · ")
      let left = room - TextLayout.width(name)
      page.line(
        before + palette.paint(name, .bold)
          + palette.paint(TextLayout.shortened(text, to: max(left, 1)), .dim))
    case .ancestor:
      let continued = String(repeating: " ", count: TextLayout.width(before))
      for (index, line) in TextLayout.wrapped("(\(printable(label)))", to: room).enumerated() {
        page.line((index == 0 ? before : continued) + palette.paint(line, .yellow))
      }
    }
  }

  private func stroke(_ edge: Family.Edge, to node: Family.Node) -> String {
    guard edge.isDescent else { return "───" }
    return palette.paint(edge.to == node ? "──▶" : "◀──", .cyan)
  }

  private func legend(_ forest: FamilyForest, on page: inout Page) {
    page.line()
    let hasArrows = forest.families.contains { $0.edges.contains(where: \.isDescent) }
    let signs: [(String, FamilyLegend)] = hasArrows ? [("──▶", .descent)] : []
    for (sign, kind) in signs + [("───", .open)] {
      for (index, line) in TextLayout.wrapped(language(kind), to: page.columns - 8).enumerated() {
        page.line("    " + palette.paint((index == 0 ? sign : "   ") + " " + line, .dim))
      }
    }
    for line in TextLayout.wrapped(language(FamilyHeading.distanceNote), to: page.columns - 8) {
      page.line("    " + palette.paint(line, .dim))
    }
  }
}

extension FamilyModel {
  /// The id, with the other names of the same weights.
  var name: String { ([id] + twins).joined(separator: " = ") }
}

extension Language {
  /// A node's name or description.
  func label(_ node: Family.Node, of family: Family, _ forest: FamilyForest) -> String {
    switch node {
    case .model(let number): forest.models[number].name
    case .ancestor(let number): words(family.ancestors[number], forest)
    }
  }

  /// What stands beside a model.
  func notes(_ row: FamilyOutline.Row, _ forest: FamilyForest) -> [String] {
    guard case .model(let number) = row.node else { return [] }
    var notes: [String] = []
    if let edge = row.edge {
      if let distance = edge.distance { notes.append(Figures.distance(distance)) }
      if case .descent(_, let coefficient?) = edge.kind {
        notes.append(say(.weight, Figures.rounded(coefficient, 2)))
      }
      notes += known(edge, forest)
    }
    notes += row.others.compactMap { other -> String? in
      guard case .model(let parent) = other.from, case .descent(_, let coefficient) = other.kind
      else { return nil }
      let weight = coefficient.map { bracketed(say(.weight, Figures.rounded($0, 2))) } ?? ""
      return self(FamilyHeading.also) + " " + forest.models[parent].id + weight
    }
    if forest.models[number].isOriginal { notes.append(self(FamilyHeading.original)) }
    return notes
  }

  /// `a → b: what shows it`.
  func evidence(_ edge: Family.Edge, _ forest: FamilyForest) -> String? {
    guard case .descent(let direction, _) = edge.kind, case .model(let from) = edge.from,
      case .model(let to) = edge.to
    else { return nil }
    let (parent, child) = (forest.models[from].id, forest.models[to].id)
    return "\(parent) → \(child)\(colon)"
      + words(direction, parent: parent, child: child)
  }
}
