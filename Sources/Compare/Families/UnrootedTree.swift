/// A tree without a root: leaves are the models it was made for, inner nodes are proposed.
///
/// Lengths are squared relative distances, which add along the paths of a tree where changes are
/// independent of each other.
package struct UnrootedTree: Sendable, Equatable {
  package struct Edge: Sendable, Equatable {
    /// Smaller number first.
    package var ends: [Int]
    package var length: Double

    package init(_ a: Int, _ b: Int, length: Double) {
      ends = [min(a, b), max(a, b)]
      self.length = length
    }

    /// The other end; nil if the edge does not touch the node.
    package func end(beside node: Int) -> Int? {
      ends[0] == node ? ends[1] : ends[1] == node ? ends[0] : nil
    }
  }

  /// Nodes below this are models.
  package let leaves: Int
  package private(set) var edges: [Edge]

  package init(leaves: Int, edges: [Edge]) {
    self.leaves = leaves
    self.edges = edges
  }

  /// Proposed nodes that are still there, in order.
  package var innerNodes: [Int] { Set(edges.flatMap(\.ends)).filter { $0 >= leaves }.sorted() }

  package func neighbours(of node: Int) -> [(node: Int, length: Double)] {
    edges.compactMap { edge in edge.end(beside: node).map { ($0, edge.length) } }
      .sorted { $0.node < $1.node }
  }

  /// Squared distance of every node from one, along the tree.
  package func distances(from start: Int) -> [Int: Double] {
    var distances = [start: 0.0]
    var open = [start]
    while let node = open.popLast() {
      for (next, length) in neighbours(of: node) where distances[next] == nil {
        distances[next] = (distances[node] ?? 0) + length
        open.append(next)
      }
    }
    return distances
  }

  /// The models on each side of a node, one list for each of its edges.
  package func branches(of node: Int) -> [[Int]] {
    neighbours(of: node).map { first, _ in
      var (found, open, seen) = ([Int](), [first], Set([node, first]))
      while let next = open.popLast() {
        if next < leaves { found.append(next) }
        for (beside, _) in neighbours(of: next) where seen.insert(beside).inserted {
          open.append(beside)
        }
      }
      return found.sorted()
    }
  }

  // MARK: Contraction

  /// Contracts edges that are short beside those around them: a model that hangs next to a proposed
  /// node is that node, and proposed nodes next to each other are one.
  ///
  /// - Parameters:
  ///   - leafShare: of the mean length of the edges around, below which a model's edge is short.
  ///   - innerShare: the same of an edge between proposed nodes.
  ///   - least: squared distance below which an edge is short whatever is around.
  ///   - mayMeet: whether two models may become neighbours.
  package mutating func contract(
    leafShare: Double, innerShare: Double, least: Double, mayMeet: (Int, Int) -> Bool
  ) {
    while let shortest = shortest(leafShare, innerShare, least: least, mayMeet) {
      let (kept, gone) = (edges[shortest].ends[0], edges[shortest].ends[1])
      edges.remove(at: shortest)
      for index in edges.indices {
        guard let other = edges[index].end(beside: gone) else { continue }
        edges[index] = Edge(kept, other, length: edges[index].length)
      }
    }
  }

  private func shortest(
    _ leafShare: Double, _ innerShare: Double, least: Double, _ mayMeet: (Int, Int) -> Bool
  ) -> Int? {
    var best: (index: Int, ratio: Double)?
    for (index, edge) in edges.enumerated() where edge.ends[1] >= leaves {
      let others = edges.indices.filter { other in
        other != index && edges[other].ends.contains { $0 >= leaves && edge.ends.contains($0) }
      }
      guard !others.isEmpty else { continue }
      let mean = others.reduce(0) { $0 + edges[$1].length } / Double(others.count)
      let share = edge.ends[0] < leaves ? leafShare : innerShare
      let ratio = mean > 0 ? edge.length / mean / share : 0
      guard edge.length <= least || ratio < 1, ratio < best?.ratio ?? .infinity else { continue }
      let model = edge.ends[0]
      let meets = model < leaves ? neighbours(of: edge.ends[1]).map(\.node) : []
      guard meets.allSatisfy({ $0 >= leaves || $0 == model || mayMeet(model, $0) }) else {
        continue
      }
      best = (index, ratio)
    }
    return best?.index
  }
}
