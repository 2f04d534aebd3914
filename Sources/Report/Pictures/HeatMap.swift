internal import Judge

/// Which layer of the subject is like which of the reference: a copy is a diagonal, inserted,
/// removed or reordered layers break it.
struct HeatMap {
  let grid: LayerGrid
  let id: String
  let language: Language

  /// Classes `heat0` … `heat7`; what is below the first step is left to the ground.
  static let steps = 8

  static func step(_ similarity: Double) -> Int {
    guard similarity.isFinite else { return 0 }
    return Int((min(max(similarity, 0), 1) * Double(steps - 1)).rounded())
  }

  var markup: XML {
    let (left, top, side) = (44.0, 10.0, 300.0)
    let rows = grid.subjectLayers.count
    let columns = grid.referenceLayers.count
    let cell = min(side / Double(max(rows, columns)), 60)
    let (width, height) = (cell * Double(columns), cell * Double(rows))
    var svg = SVG(
      id: id, title: language.say(.heatMap) + " · " + language.component(grid.component),
      description: language.say(.heatMapText, String(rows), String(columns)),
      width: 400, height: top + height + 44)
    svg.rectangle(x: left, y: top, width: width, height: height, style: "heat0")
    var squares: [[(x: Double, y: Double)]] = Array(repeating: [], count: Self.steps)
    for (index, similarity) in grid.similarities.enumerated() where index < rows * columns {
      squares[Self.step(similarity)].append(
        (left + cell * Double(index % columns), top + cell * Double(index / columns)))
    }
    let gap = cell >= 8 ? 1.0 : 0
    for step in 1..<Self.steps {
      svg.squares(squares[step], side: cell - gap, style: "heat\(step)")
    }
    for index in Self.ticks(rows, cell: cell) {
      svg.text(
        String(grid.subjectLayers[index]), x: left - 6,
        y: top + cell * (Double(index) + 0.5) + 4, anchor: .end)
    }
    for index in Self.ticks(columns, cell: cell) {
      svg.text(
        String(grid.referenceLayers[index]), x: left + cell * (Double(index) + 0.5),
        y: top + height + 15, anchor: .middle)
    }
    svg.text(
      language.say(.referenceLayer) + " →", x: left + width / 2, y: top + height + 34,
      anchor: .middle, style: "axis")
    svg.text("↓ " + language.say(.subjectLayer), x: left + width + 8, y: top + 12, style: "axis")
    scale(to: &svg, x: left + width + 8, y: top + 30)
    return svg.markup
  }

  /// The colours from 0 to 1.
  private func scale(to svg: inout SVG, x: Double, y: Double) {
    guard grid.subjectLayers.count > 2 else { return }
    for step in 0..<Self.steps {
      svg.rectangle(
        x: x, y: y + 7 * Double(Self.steps - 1 - step), width: 10, height: 7, style: "heat\(step)")
    }
    svg.text("1", x: x + 15, y: y + 8)
    svg.text("0", x: x + 15, y: y + 7 * Double(Self.steps))
  }

  /// Places of labels that do not touch.
  private static func ticks(_ count: Int, cell: Double) -> [Int] {
    let every = max(1, Int((20 / max(cell, 0.5)).rounded(.up)))
    return Array(stride(from: 0, to: count, by: every))
  }
}
