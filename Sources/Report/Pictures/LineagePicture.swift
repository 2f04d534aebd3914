internal import Judge

/// Parents, the subject, and what is declared but not found.
struct LineagePicture {
  let judgement: Judgement
  let id: String
  let language: Language

  private static let box = (width: 142.0, height: 46.0, gap: 14.0)

  /// A box on the left and what runs from it to the subject.
  private struct Source {
    var name: String
    var note: String
    var share: String
    var style: String
    var start = false
    var end = false
  }

  private var sources: [Source] {
    let parents = judgement.parents.prefix(8).enumerated().map { index, parent in
      let share =
        judgement.blend.map { $0.share(index) } ?? parent.coefficient
        ?? parent.modification?.derivedShare
      return Source(
        name: parent.reference, note: language(parent.relation),
        share: share.map(Figures.percent) ?? "",
        style: isDescent(parent) ? "node parent" : "node sibling",
        start: isDescent(parent) && parent.direction.value == .toReference,
        end: isDescent(parent) && parent.direction.value == .fromReference)
    }
    let missing = judgement.findings.filter { $0.code == .declaredParentNotFound }
      .compactMap(\.fact.reference)
    return parents
      + missing.prefix(4).map {
        Source(name: $0, note: language.say(.declaredOnly), share: "", style: "node missing")
      }
  }

  /// Whether the one was made from the other, and it is known which.
  private func isDescent(_ parent: Parent) -> Bool {
    guard parent.relation != .sharedInitialisation else { return false }
    switch parent.direction.value {
    case .fromReference, .toReference: return true
    case .commonAncestor, .undirected: return false
    }
  }

  var markup: XML? {
    let sources = sources
    guard !sources.isEmpty else { return nil }
    let box = Self.box
    let height = Double(sources.count) * (box.height + box.gap) - box.gap
    var svg = SVG(
      id: id, title: language.say(.lineage), description: language.sentence(judgement),
      width: 400, height: height + 8)
    let middle = 4 + height / 2
    let right = 398 - box.width
    for (index, source) in sources.enumerated() {
      let y = 4 + Double(index) * (box.height + box.gap)
      let centre = y + box.height / 2
      let dashed = source.style.hasSuffix("parent") ? "" : " dashed"
      svg.line(
        x1: 2 + box.width + (source.start ? 8 : 0), y1: centre, x2: right - (source.end ? 8 : 0),
        y2: middle, style: "edge" + dashed)
      if source.end { arrow(&svg, x: right, y: middle, pointing: 1) }
      if source.start { arrow(&svg, x: 2 + box.width, y: centre, pointing: -1) }
      if !source.share.isEmpty {
        let (x, y) = ((2 + box.width + right) / 2, (centre + middle) / 2)
        svg.rectangle(x: x - 24, y: y - 10, width: 48, height: 20, style: "tag", radius: 10)
        svg.text(source.share, x: x, y: y + 4, anchor: .middle, style: "strong")
      }
      node(&svg, source.name, source.note, x: 2, y: y, style: source.style)
    }
    node(
      &svg, judgement.subject.name, language.say(.subject), x: right, y: middle - box.height / 2,
      style: "node subject")
    return svg.markup
  }

  private func node(
    _ svg: inout SVG, _ name: String, _ note: String, x: Double, y: Double, style: String
  ) {
    svg.rectangle(
      x: x, y: y, width: Self.box.width, height: Self.box.height, style: style, radius: 8,
      hint: name)
    let middle = x + Self.box.width / 2
    svg.text(
      TextLayout.shortened(printable(name), to: 20), x: middle, y: y + 20, anchor: .middle,
      style: "strong")
    svg.text(note, x: middle, y: y + 36, anchor: .middle)
  }

  private func arrow(_ svg: inout SVG, x: Double, y: Double, pointing way: Double) {
    svg.path(
      [(x, y), (x - 10 * way, y - 5), (x - 10 * way, y + 5)], closed: true, style: "arrow")
  }
}
