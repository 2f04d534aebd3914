internal import Judge

/// A family's nodes one below the other, each hanging from one that it has an edge with.
struct FamilyOutline {
  struct Row {
    var node: Family.Node
    var depth: Int
    /// Row that it hangs from.
    var above: Int?
    /// How; nil for the root.
    var edge: Family.Edge?
    /// Whether another row follows that hangs from the same.
    var isFollowed = false
    /// Parents that it does not hang from.
    var others: [Family.Edge] = []
  }

  private(set) var rows: [Row] = []

  /// By which links in a document find a row of the family that `id` stands for.
  static func place(_ row: Int, in id: String) -> String { "\(id)-row-\(row)" }

  init(_ family: Family) {
    var beside: [Family.Node: [Family.Edge]] = [:]
    for edge in family.edges {
      beside[edge.from, default: []].append(edge)
      beside[edge.to, default: []].append(edge)
    }
    var open: [Row] = [Row(node: family.root, depth: 0)]
    var seen: Set<Family.Node> = [family.root]
    // A child hangs from a parent where one of its parents is drawn at all, nearest to the root first.
    var hung: [Family.Node: [Family.Edge]] = [:]
    var queue = [family.root]
    var next = 0
    while next < queue.count {
      let node = queue[next]
      next += 1
      for edge in (beside[node] ?? []).sorted(by: Self.order(node)) {
        guard let end = edge.end(beside: node), seen.insert(end).inserted else { continue }
        hung[node, default: []].append(edge)
        queue.append(end)
      }
    }
    while let row = open.popLast() {
      let number = rows.count
      rows.append(row)
      let below = hung[row.node] ?? []
      for (index, edge) in below.enumerated().reversed() {
        guard let end = edge.end(beside: row.node) else { continue }
        open.append(
          Row(
            node: end, depth: row.depth + 1, above: number, edge: edge,
            isFollowed: index + 1 < below.count))
      }
    }
    let arrows = Dictionary(grouping: family.edges.filter(\.isDescent), by: \.to)
    // By which other rows hang from a row.
    var drawn: [Int: [Family.Edge]] = [:]
    for row in rows {
      if let above = row.above, let edge = row.edge { drawn[above, default: []].append(edge) }
    }
    for index in rows.indices {
      let hanging = drawn[index] ?? []
      rows[index].others = (arrows[rows[index].node] ?? []).filter {
        $0 != rows[index].edge && !hanging.contains($0)
      }
    }
  }

  /// Arrows before lines, models by their order.
  private static func order(_ node: Family.Node) -> (Family.Edge, Family.Edge) -> Bool {
    func key(_ edge: Family.Edge) -> (Int, Int, Int) {
      switch edge.end(beside: node) {
      case .model(let number): (edge.isDescent ? 0 : 1, 0, number)
      case .ancestor(let number): (1, 1, number)
      case nil: (2, 0, 0)
      }
    }
    return { key($0) < key($1) }
  }
}
