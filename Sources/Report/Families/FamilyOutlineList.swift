internal import Judge

/// A family that is too large for a picture: an outline that unfolds.
///
/// The browser's own search opens what is folded, and so do the links of `FamilyIndex`.
struct FamilyOutlineList {
  /// Levels that are folded into each other; browsers do not nest without end.
  private static let levels = 24

  let family: Family
  let forest: FamilyForest
  let id: String
  let language: Language
  private let outline: FamilyOutline
  /// Of each row, the row that it is folded into, and how deep: a deeper one stands beside the last.
  private var folded: [Int?]
  private var below: [[Int]]

  init(
    _ outline: FamilyOutline, family: Family, forest: FamilyForest, id: String, language: Language
  ) {
    (self.outline, self.family, self.forest) = (outline, family, forest)
    (self.id, self.language) = (id, language)
    let count = outline.rows.count
    folded = [Int?](repeating: nil, count: count)
    below = [[Int]](repeating: [], count: count)
    var levels = [Int](repeating: 0, count: count)
    for (row, entry) in outline.rows.enumerated() {
      guard let above = entry.above else { continue }
      let place = levels[above] < Self.levels ? above : folded[above] ?? above
      folded[row] = place
      levels[row] = levels[place] + 1
      below[place].append(row)
    }
  }

  var markup: XML { XML.element("ul", ["class": "outline"], tree) }

  private var tree: XML {
    var items = [XML](repeating: XML.empty, count: outline.rows.count)
    var sizes = [Int](repeating: 1, count: outline.rows.count)
    // Whatever is below a row comes after it.
    for row in outline.rows.indices.reversed() {
      sizes[row] += below[row].reduce(0) { $0 + sizes[$1] }
      items[row] = item(row, items, below: sizes[row] - 1)
    }
    return items.first ?? XML.empty
  }

  private func item(_ row: Int, _ items: [XML], below count: Int) -> XML {
    guard count > 0 else { return XML.element("li", ["id": place(row)], words(row)) }
    let inner = below[row].filter { !below[$0].isEmpty }.map { items[$0] }
    let leaves = below[row].filter { below[$0].isEmpty }
    let rest = FoldedList(
      leaves.map { (label($0), items[$0]) }, language: language
    ).parts.map { part in
      part.range.map { XML.element("li", [:], details(XML($0), part.items, isOpen: false)) }
        ?? part.items
    }
    let summary =
      words(row) + XML.element("span", ["class": "soft"], XML(" · " + language.below(count)))
    return XML.element(
      "li", ["id": place(row)],
      details(summary, XML.joined(inner + rest), isOpen: folded[row] == nil))
  }

  private func details(_ summary: XML, _ items: XML, isOpen: Bool) -> XML {
    XML.element(
      "details", ["open": isOpen ? "open" : nil], XML.element("summary", [:], summary),
      XML.element("ul", [:], items))
  }

  /// Its name, how it hangs from what it is folded into, and what is known of it.
  private func words(_ row: Int) -> XML {
    let entry = outline.rows[row]
    var notes = language.notes(entry, forest)
    if let above = entry.above, above != folded[row] {
      notes.insert(language.hanging(label(above)), at: 0)
    }
    let sign = entry.edge.map { $0.isDescent ? $0.to == entry.node ? "→ " : "← " : "— " } ?? ""
    let isModel: Bool = if case .model = entry.node { true } else { false }
    let name = XML(label(row))
    return XML(sign) + (isModel ? XML.element("strong", [:], name) : name)
      + XML.element(
        "span", ["class": "soft"], XML(notes.map { " · " + $0 }.joined()))
  }

  private func place(_ row: Int) -> String { FamilyOutline.place(row, in: id) }

  private func label(_ row: Int) -> String {
    language.label(outline.rows[row].node, of: family, forest)
  }
}

extension Language {
  fileprivate func below(_ count: Int) -> String {
    pick(("\(count) below", "其下 \(count) 个"))
  }

  fileprivate func hanging(_ name: String) -> String {
    pick(("at \(name)", "接于 \(name)"))
  }
}
