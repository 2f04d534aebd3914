internal import Judge

/// The families as one self-contained HTML file, pictures as inline SVG.
package struct FamilyHTMLWriter: FamilyWriter {
  package static let format = "html"

  private let language: Language

  package init(options: WriterOptions) {
    language = options.language
  }

  package func write(_ report: FamilyReport) -> String {
    let forest = report.forest
    let title = language(FamilyHeading.title)
    let families = forest.families.enumerated().map { index, family in
      section(family, number: index + 1, forest)
    }
    return HTMLPage(
      title: title, language: language, styles: HTMLStyle.sheet + XML.raw("\n") + Self.sheet
    ).document(
      HTMLPage.header(report.tool, title),
      XML.element(
        "main", [:],
        XML.element(
          "section", [:], XML.element("h1", [:], XML(title)),
          XML.element(
            "p", ["class": "sentence"],
            XML(language.heading(forest, unread: report.inputErrors.count))),
          legend),
        XML.lines(families),
        list(.contradictions, forest.conflicts.map { language.words($0, forest) }),
        list(.said, forest.assertions.map { language.words($0, forest) }),
        list(
          .strangers,
          forest.strangers.map {
            forest.models[$0.model].name + language.bracketed(language($0.standing))
          }),
        list(.unread, report.inputErrors.map { "\($0.input): \($0.message)" })))
  }

  private var legend: XML {
    let entries = FamilyLegend.allCases.map { kind in
      let sign: XML =
        switch kind {
        case .descent: XML.element("i", ["class": "stroke shown"], XML.empty)
        case .open: XML.element("i", ["class": "stroke"], XML.empty)
        case .asserted: XML.element("i", ["class": "stroke said"], XML.empty)
        }
      return XML.element("li", [:], sign, XML(" " + language(kind)))
    }
    return XML.element("ul", ["class": "legend"], XML.joined(entries))
      + XML.element("p", ["class": "soft"], XML(language(FamilyHeading.distanceNote)))
  }

  private func section(_ family: Family, number: Int, _ forest: FamilyForest) -> XML {
    let heading = language.name(family, number: number)
    let architectures = Set(family.models.compactMap { forest.models[$0].architecture }).sorted()
    let facts = [language.size(family)] + architectures
    return XML.element(
      "section", ["id": "family-\(number)-section"], XML.element("h2", [:], XML(heading)),
      XML.element("p", ["class": "soft"], XML(facts.joined(separator: " · "))),
      drawing(family, id: "family-\(number)", title: heading, forest), figures(family, forest))
  }

  /// Nodes that can be taken in as a picture; of more there is an outline that unfolds.
  private static let pictured = 60

  private func drawing(_ family: Family, id: String, title: String, _ forest: FamilyForest) -> XML {
    let outline = FamilyOutline(family)
    guard outline.rows.count <= Self.pictured else {
      return FamilyOutlineList(
        outline, family: family, forest: forest, id: id, language: language
      ).markup
    }
    let picture = FamilyPicture(
      family: family, forest: forest, id: id, title: title, language: language)
    return XML.element(
      "div", ["class": "scroll"],
      XML.element(
        "div", ["class": "family", "style": "width: \(SVG.number(picture.width * 1.15))px"],
        picture.markup))
  }

  private func figures(_ family: Family, _ forest: FamilyForest) -> XML {
    let rows = FamilyOutline(family).rows.flatMap { row in
      ([row.edge].compactMap(\.self) + row.others).map { edge in
        [
          name(edge.from, family, forest), edge.isDescent ? "→" : "—",
          name(edge.to, family, forest), edge.distance.map(Figures.distance) ?? "",
          detail(edge, forest),
        ]
      }
    }
    let headings = [
      language(FamilyHeading.model), "", language(FamilyHeading.model),
      language(FamilyHeading.distance), language(FamilyHeading.evidence),
    ]
    return XML.element(
      "details", [:], XML.element("summary", [:], XML(language.say(.figuresAsTable))),
      HTMLTable(headings: headings, numeric: [3]).markup(rows))
  }

  private func name(_ node: Family.Node, _ family: Family, _ forest: FamilyForest) -> String {
    language.label(node, of: family, forest)
  }

  private func detail(_ edge: Family.Edge, _ forest: FamilyForest) -> String {
    guard case .descent(let direction, let coefficient) = edge.kind,
      case .model(let from) = edge.from, case .model(let to) = edge.to
    else { return language.known(edge, forest).joined(separator: language.separator) }
    let weight = coefficient.map { language.say(.weight, Figures.rounded($0, 2)) }
    let words = language.words(
      direction, parent: forest.models[from].id, child: forest.models[to].id)
    return [words, weight].compactMap(\.self).joined(separator: language.separator)
  }

  private func list(_ heading: FamilyHeading, _ texts: [String]) -> XML {
    guard !texts.isEmpty else { return XML.empty }
    return XML.element(
      "section", [:], XML.element("h2", [:], XML(language(heading))),
      XML.element("ul", [:], XML.joined(texts.map { XML.element("li", [:], XML($0)) })))
  }

  private static let sheet = XML.raw(
    """
    .family { margin: 8px 0 4px; }
    svg .tree-edge { fill: none; stroke: var(--soft); stroke-width: 1.5; }
    svg .tree-edge.shown { stroke: var(--accent); stroke-width: 2; }
    svg .tree-edge.said { stroke: var(--warning); stroke-dasharray: 2 4; }
    svg .tree-edge.wrong { stroke: var(--error); }
    svg .tip { fill: var(--accent); }
    svg .tip.said { fill: var(--warning); }
    svg .tip.wrong { fill: var(--error); }
    .stroke { display: inline-block; width: 26px; border-top: 2px solid var(--soft); vertical-align: 4px; }
    .stroke.shown { border-top: 3px solid var(--accent); }
    .stroke.said { border-top: 2px dotted var(--warning); }
    .outline, .outline ul { list-style: none; padding-left: 18px; margin: 4px 0; }
    .outline summary { color: inherit; }
    .outline li:target > :first-child { outline: 2px solid var(--accent); outline-offset: 2px; }
    """)
}
