internal import Judge

/// All models of a report, with a choice of their order where there are many.
struct HTMLOverview {
  let report: ForensicReport
  let language: Language
  /// To the article of a judgement, by its place.
  let link: (Int) -> String

  /// So many are seen at one glance.
  private static let few = 10

  var markup: XML {
    let rows = language.overview(report)
    return XML.element(
      "nav", ["aria-label": language.say(.summary)],
      XML.element("h2", [:], XML(language.say(.summary))), tiles,
      rows.count > Self.few ? sortable(rows) : table(rows))
  }

  /// A table for each order, of which the style sheet shows the one that is chosen: there are no scripts.
  private func sortable(_ rows: [OverviewRow]) -> XML {
    // Parents first that many models have; what has none, and what could not be read, last.
    let counts = Dictionary(
      grouping: rows.filter { $0.index != nil }.compactMap(\.references.first), by: \.self
    ).mapValues(\.count)
    func parent(_ row: OverviewRow) -> (Int, String) {
      let name = row.index == nil ? nil : row.references.first
      return (-(name.flatMap { counts[$0] } ?? 0), name ?? "")
    }
    let orders: [(Phrase, [OverviewRow])] = [
      (.worstFirst, rows),
      (.orderedByName, Self.sorted(rows) { $0.name < $1.name }),
      (.orderedByParent, Self.sorted(rows) { parent($0) < parent($1) }),
    ]
    let choices = orders.indices.map { index in
      XML.void(
        "input",
        [
          "type": "radio", "name": "order", "id": "order-\(index)",
          "checked": index == 0 ? "checked" : nil,
        ]) + XML.element("label", ["for": "order-\(index)"], XML(language.say(orders[index].0)))
    }
    let tables = orders.enumerated().map { index, order in
      XML.element("div", ["class": "ordered order-\(index)"], table(order.1))
    }
    return XML.joined(choices) + XML.joined(tables)
  }

  /// Rows that are equal keep their order.
  private static func sorted(
    _ rows: [OverviewRow], by isBefore: (OverviewRow, OverviewRow) -> Bool
  ) -> [OverviewRow] {
    rows.indices.sorted { first, second in
      isBefore(rows[first], rows[second])
        || !isBefore(rows[second], rows[first]) && first < second
    }.map { rows[$0] }
  }

  private func table(_ rows: [OverviewRow]) -> XML {
    let headings: [Phrase] = [.subject, .relation, .parent, .findings]
    return HTMLTable(headings: headings.map(language.say)).markup(rows: rows.map(markup(of:)))
  }

  private func markup(of row: OverviewRow) -> XML {
    let references = row.references.joined(separator: language.comma)
    guard let index = row.index else {
      return XML.element(
        "tr", [:], XML.element("th", ["scope": "row"], XML(row.name)),
        XML.element("td", ["colspan": "3"], XML(references)))
    }
    let judgement = report.judgements[index]
    return XML.element(
      "tr", [:],
      XML.element(
        "th", ["scope": "row"],
        XML.element("a", ["href": link(index)], XML(judgement.subject.name))),
      XML.element("td", [:], judgement.badge(language)), XML.element("td", [:], XML(references)),
      XML.element(
        "td", [:],
        XML(Set(judgement.findings.map(\.code.rawValue)).sorted().joined(separator: " "))))
  }

  /// How many models there are of each kind, those that fail first.
  private var tiles: XML {
    let counts = Finding.Level.allCases.reversed().map { level in
      (
        level.rawValue, language(level),
        report.judgements.count { $0.gravestFinding?.level == level }
      )
    }
    let silent = report.judgements.count { $0.gravestFinding == nil }
    let tiles =
      counts + [("", language.say(.noFindings), silent)]
      + [("warning", language.say(.notInspected), report.inputErrors.count)]
    return XML.element(
      "div", ["class": "tiles"],
      XML.joined(
        tiles.filter { $0.2 > 0 }.map { style, name, count in
          XML.element(
            "div", ["class": style.isEmpty ? "tile" : "tile \(style)"],
            XML.element("b", [:], XML(String(count))), XML.element("small", [:], XML(name)))
        }))
  }
}
