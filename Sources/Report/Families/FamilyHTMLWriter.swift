internal import Judge

/// The families as one self-contained HTML file, pictures as inline SVG.
package struct FamilyHTMLWriter: FamilyWriter {
  package static let format = "html"

  private let language: Language

  package init(options: WriterOptions) {
    language = options.language
  }

  /// A family and where it stands in the document.
  private struct Place {
    let family: Family
    let heading: String
    let id: String
    let outline: FamilyOutline
  }

  package func write(_ report: FamilyReport) -> String {
    let forest = report.forest
    let title = language(FamilyHeading.title)
    let places = forest.families.enumerated().map { index, family in
      Place(
        family: family, heading: language.name(family, number: index + 1),
        id: "family-\(index + 1)", outline: FamilyOutline(family))
    }
    let isLarge = forest.models.count > Self.pictured
    return HTMLPage(
      title: title, language: language, styles: HTMLStyle.sheet + XML.raw("\n") + Self.sheet,
      script: isLarge ? FamilySearch.script : nil
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
        isLarge ? index(places, forest).markup : XML.empty,
        XML.lines(places.map { section($0, isFolded: places.count > Self.unfolded, forest) }),
        list(.contradictions, forest.conflicts.map { language.words($0, forest) }),
        list(.said, forest.assertions.map { language.words($0, forest) }),
        list(
          .strangers,
          forest.strangers.map {
            forest.models[$0.model].name + language.bracketed(language($0.standing))
          }, places: forest.strangers.map(Self.place)),
        list(.unread, report.inputErrors.map { "\($0.input): \($0.message)" })))
  }

  private func index(_ places: [Place], _ forest: FamilyForest) -> FamilyIndex {
    let kin = places.flatMap { place in
      place.outline.rows.enumerated().compactMap { row, entry -> FamilyIndex.Entry? in
        guard case .model(let model) = entry.node else { return nil }
        return FamilyIndex.Entry(
          name: forest.models[model].name, place: FamilyOutline.place(row, in: place.id),
          notes: [place.heading] + [forest.models[model].architecture].compactMap(\.self))
      }
    }
    let strangers = forest.strangers.map { stranger in
      FamilyIndex.Entry(
        name: forest.models[stranger.model].name, place: Self.place(stranger),
        notes: [language(FamilyHeading.strangers)]
          + [forest.models[stranger.model].architecture].compactMap(\.self))
    }
    return FamilyIndex(kin + strangers, language: language)
  }

  private static func place(_ stranger: Stranger) -> String { "stranger-\(stranger.model)" }

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

  private func section(_ place: Place, isFolded: Bool, _ forest: FamilyForest) -> XML {
    let architectures =
      Set(place.family.models.compactMap { forest.models[$0].architecture }).sorted()
    let facts = ([language.size(place.family)] + architectures).joined(separator: " · ")
    let heading = XML.element("h2", [:], XML(place.heading))
    let soft = XML.element("p", ["class": "soft"], XML(facts))
    let content = drawing(place, forest) + figures(place, forest)
    return XML.element(
      "section", ["id": "\(place.id)-section"],
      isFolded
        ? XML.element(
          "details", ["class": "fold"], XML.element("summary", [:], heading, soft), content)
        : heading + soft + content)
  }

  /// Nodes that can be taken in as a picture; of more there is an outline that unfolds.
  private static let pictured = 60
  /// Families that stand open one below the other; more of them are a list of headings.
  private static let unfolded = 12

  private func drawing(_ place: Place, _ forest: FamilyForest) -> XML {
    guard place.outline.rows.count <= Self.pictured else {
      return FamilyOutlineList(
        place.outline, family: place.family, forest: forest, id: place.id, language: language
      ).markup
    }
    let picture = FamilyPicture(
      family: place.family, forest: forest, id: place.id, title: place.heading, language: language)
    return XML.element(
      "div", ["class": "scroll"],
      XML.element(
        "div", ["class": "family", "style": "width: \(SVG.number(picture.width * 1.15))px"],
        picture.markup))
  }

  private func figures(_ place: Place, _ forest: FamilyForest) -> XML {
    let rows = place.outline.rows.flatMap { row in
      ([row.edge].compactMap(\.self) + row.others).map { edge in
        [
          name(edge.from, place.family, forest), edge.isDescent ? "→" : "—",
          name(edge.to, place.family, forest), edge.distance.map(Figures.distance) ?? "",
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

  /// - Parameter places: identifiers of the entries, where links lead to them.
  private func list(_ heading: FamilyHeading, _ texts: [String], places: [String] = []) -> XML {
    guard !texts.isEmpty else { return XML.empty }
    let entries = texts.enumerated().map { index, text in
      (text, XML.element("li", ["id": places.isEmpty ? nil : places[index]], XML(text)))
    }
    return XML.element(
      "section", [:], XML.element("h2", [:], XML(language(heading))),
      FoldedList(entries, language: language).markup)
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
    li:target > :first-child, li:target:not(:has(> details)) {
      outline: 2px solid var(--accent); outline-offset: 2px;
    }
    svg .node:target { stroke: var(--accent); stroke-width: 4; }
    .fold > summary { width: auto; color: inherit; }
    .fold > summary h2, .fold > summary p { display: inline; margin-right: 12px; }
    #search input { font: inherit; width: min(100%, 420px); padding: 4px 10px; margin: 4px 0 10px; }
    #search label { font-weight: 600; }
    #search output { display: block; }
    @media print { #search { display: none; } }
    """)
}
