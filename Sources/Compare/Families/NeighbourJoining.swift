/// Proposes the tree whose paths have given distances.
///
/// Exact where the distances add along some tree; otherwise a proposal.
///
/// - Source: Saitou & Nei "The neighbor-joining method." Molecular Biology and Evolution 4, 1987;
///   the criterion Q as Studier & Keppler 1988 have it.
package enum NeighbourJoining {
  /// - Parameter distances: `[n, n]`, symmetric, of quantities that add (squared distances).
  /// - Returns: n leaves in the order of the distances, and up to n − 2 inner nodes.
  /// - Complexity: n³.
  package static func tree(_ distances: [[Double]]) -> UnrootedTree {
    let count = distances.count
    var distances = distances
    var active = Array(0..<count)
    var edges: [UnrootedTree.Edge] = []
    func add(_ a: Int, _ b: Int, _ length: Double) {
      edges.append(UnrootedTree.Edge(a, b, length: max(0, length)))
    }
    while active.count > 2 {
      let sums = active.map { a in active.reduce(0) { $0 + distances[a][$1] } }
      let others = Double(active.count - 2)
      var best: (i: Int, j: Int, q: Double)?
      for i in active.indices {
        for j in active.indices where j > i {
          let q = others * distances[active[i]][active[j]] - sums[i] - sums[j]
          if q < best?.q ?? .infinity { best = (i, j, q) }
        }
      }
      // Distances that are not numbers make no tree.
      guard let best else { return UnrootedTree(leaves: count, edges: []) }
      let (a, b, inner) = (active[best.i], active[best.j], distances.count)
      let way = distances[a][b]
      let near = way / 2 + (sums[best.i] - sums[best.j]) / (2 * others)
      add(a, inner, min(near, way))
      add(b, inner, way - max(0, near))
      var row = distances.indices.map { max(0, (distances[a][$0] + distances[b][$0] - way) / 2) }
      row.append(0)
      for index in distances.indices { distances[index].append(row[index]) }
      distances.append(row)
      active = active.filter { $0 != a && $0 != b } + [inner]
    }
    if active.count == 2 { add(active[0], active[1], distances[active[0]][active[1]]) }
    return UnrootedTree(leaves: count, edges: edges)
  }
}
