internal import Judge

/// A family as a tree: one box below the other, hanging from what it has an edge with; further
/// parents, and what is only said, are arrows at the right.
struct FamilyPicture {
  let family: Family
  let forest: FamilyForest
  let id: String
  let title: String
  let language: Language

  private static let box = (width: 236.0, height: 40.0, gap: 12.0)
  private static let indent = 26.0
  private static let lane = 14.0

  /// An arrow beside the boxes.
  private struct Arc {
    var from: Int
    var to: Int
    var style: String
    var lane = 0

    var rows: ClosedRange<Int> { min(from, to)...max(from, to) }
  }

  /// Width of the picture in units, each a pixel where there is room.
  private(set) var width = 0.0
  private let outline: FamilyOutline
  private var arcs: [Arc] = []

  init(
    family: Family, forest: FamilyForest, id: String, title: String, language: Language
  ) {
    (self.family, self.forest, self.id) = (family, forest, id)
    (self.title, self.language) = (title, language)
    outline = FamilyOutline(family)
    arcs = lanes(arcsBeside())
    let depth = outline.rows.map(\.depth).max() ?? 0
    let lanes = (arcs.map(\.lane).max() ?? -1) + 1
    width =
      Double(depth) * Self.indent + Self.box.width + 4
      + (lanes > 0 ? Self.lane * Double(lanes) + 12 : 0)
  }

  private func arcsBeside() -> [Arc] {
    var row: [Family.Node: Int] = [:]
    for (index, entry) in outline.rows.enumerated() { row[entry.node] = index }
    var arcs: [Arc] = []
    for (index, entry) in outline.rows.enumerated() {
      for other in entry.others {
        if let from = row[other.from] { arcs.append(Arc(from: from, to: index, style: "shown")) }
      }
    }
    for said in forest.assertions {
      guard let parent = said.parent, let from = row[.model(parent)],
        let to = row[.model(said.child)]
      else { continue }
      let isWrong = forest.standing(of: said) == .contradicted
      arcs.append(Arc(from: from, to: to, style: isWrong ? "said wrong" : "said"))
    }
    return arcs
  }

  /// Arcs beside each other where they would meet.
  private func lanes(_ arcs: [Arc]) -> [Arc] {
    var placed: [Arc] = []
    for var arc in arcs.sorted(by: { $0.rows.count < $1.rows.count }) {
      let taken = Set(placed.filter { $0.rows.overlaps(arc.rows) }.map(\.lane))
      arc.lane = (0...).first { !taken.contains($0) } ?? 0
      placed.append(arc)
    }
    return placed
  }

  private func x(_ row: Int) -> Double { 2 + Double(outline.rows[row].depth) * Self.indent }
  private func y(_ row: Int) -> Double { 2 + Double(row) * (Self.box.height + Self.box.gap) }
  private func middle(_ row: Int) -> Double { y(row) + Self.box.height / 2 }

  var markup: XML {
    let height = Double(outline.rows.count) * (Self.box.height + Self.box.gap) - Self.box.gap + 4
    var svg = SVG(id: id, title: title, description: description, width: width, height: height)
    for index in outline.rows.indices { hook(index, &svg) }
    let right = (outline.rows.indices.map(x).max() ?? 0) + Self.box.width
    for arc in arcs { draw(arc, right: right, &svg) }
    for index in outline.rows.indices { box(index, &svg) }
    return svg.markup
  }

  /// All edges in words.
  private var description: String {
    let shown = family.edges.compactMap { language.evidence($0, forest) }
    let nodes = family.ancestors.map { language.words($0, forest) }
    return ([language.size(family)] + nodes + shown).joined(separator: "; ")
  }

  /// From the box above to this one.
  private func hook(_ index: Int, _ svg: inout SVG) {
    let row = outline.rows[index]
    guard let above = row.above, let edge = row.edge else { return }
    let (left, down) = (x(above) + 12, middle(index))
    let (isArrow, isUp) = (edge.isDescent, edge.to != row.node)
    svg.path(
      [
        (left, y(above) + Self.box.height + (isArrow && isUp ? 8 : 0)), (left, down),
        (x(index) - (isArrow && !isUp ? 7 : 0), down),
      ], style: isArrow ? "tree-edge shown" : "tree-edge")
    guard isArrow else { return }
    if isUp {
      let tip = y(above) + Self.box.height
      svg.path(
        [(left, tip), (left - 5, tip + 10), (left + 5, tip + 10)], closed: true, style: "tip")
    } else {
      arrow(at: (x(index), down), &svg, style: "tip")
    }
  }

  private func draw(_ arc: Arc, right: Double, _ svg: inout SVG) {
    let lane = right + 12 + Self.lane * Double(arc.lane)
    func end(_ row: Int) -> Double { x(row) + Self.box.width }
    // Apart from each other where one box has several.
    let (start, stop) = (middle(arc.from) + 6, middle(arc.to) - 6)
    svg.path(
      [(end(arc.from), start), (lane, start), (lane, stop), (end(arc.to) + 7, stop)],
      style: "tree-edge \(arc.style)")
    svg.path(
      [(end(arc.to), stop), (end(arc.to) + 10, stop - 5), (end(arc.to) + 10, stop + 5)],
      closed: true, style: "tip \(arc.style)")
  }

  private func arrow(at tip: (x: Double, y: Double), _ svg: inout SVG, style: String) {
    svg.path(
      [tip, (tip.x - 10, tip.y - 5), (tip.x - 10, tip.y + 5)], closed: true, style: style)
  }

  private func box(_ index: Int, _ svg: inout SVG) {
    let row = outline.rows[index]
    let label = language.label(row.node, of: family, forest)
    let isModel: Bool = if case .model = row.node { true } else { false }
    let isChild = row.edge.map { $0.isDescent && $0.to == row.node } ?? false
    svg.rectangle(
      x: x(index), y: y(index), width: Self.box.width, height: Self.box.height,
      style: isModel ? isChild ? "node parent" : "node" : "node missing", radius: 8, hint: label,
      place: FamilyOutline.place(index, in: id))
    let left = x(index) + 10
    let (first, second): (String, String)
    if isModel {
      first = TextLayout.shortened(printable(label), to: 30)
      second = TextLayout.shortened(
        printable(language.notes(row, forest).joined(separator: " · ")), to: 38)
    } else {
      let lines = TextLayout.wrapped(printable(label), to: 38)
      first = lines[0]
      second = TextLayout.shortened(lines.dropFirst().joined(separator: " "), to: 38)
    }
    let isAlone = second.isEmpty
    svg.text(first, x: left, y: y(index) + (isAlone ? 24 : 17), style: isModel ? "strong" : "label")
    if !isAlone { svg.text(second, x: left, y: y(index) + 32) }
  }
}
