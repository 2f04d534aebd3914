import Compare
import Fingerprint

/// Lines among the members of a family that have no shown parent, and the ancestors in no file that
/// their distances propose.
struct AncestorProposal {
  /// Share of the squared lengths around below which the edge of a model makes it the proposed node.
  ///
  /// Seen from such a model, the others' changes have a cosine of less than a quarter. Children of one
  /// base on other texts have 0.1 to 0.5 (kinship, method).
  static let leafShare = 1.0 / 3
  /// The same share, below which two proposed nodes are one: a cosine of a half.
  ///
  /// What models of one base have in common by training on other data is no further ancestor.
  static let innerShare = 1.0

  private let tree: UnrootedTree
  /// The model of each leaf.
  private let leaves: [Int]
  private let links: FamilyLinks
  /// Models of the family that hold a matrix byte for byte, where several do.
  private let holders: [Set<Int>]

  init(
    _ models: [Int], links: FamilyLinks, fingerprints: (Int) -> ModelFingerprint, family: [Int]
  ) {
    self.links = links
    holders = Self.holders(family, fingerprints)
    let leaves = Self.complete(models, links)
    self.leaves = leaves
    var tree = NeighbourJoining.tree(
      leaves.map { a in leaves.map { a == $0 ? 0 : links.addend(a, $0) ?? 1 } })
    tree.contract(
      leafShare: Self.leafShare, innerShare: Self.innerShare, least: KinThresholds.sameSquare
    ) { a, b in
      !links.excludesBoth(leaves[a], leaves[b])
    }
    self.tree = tree
  }

  /// Models of which all distances are known, the one that lacks most left out first.
  private static func complete(_ models: [Int], _ links: FamilyLinks) -> [Int] {
    var models = models
    while true {
      let missing = models.map { a in
        models.count { $0 != a && links.addend(a, $0) == nil }
      }
      guard let most = missing.max(), most > 0, let worst = missing.lastIndex(of: most) else {
        return models
      }
      models.remove(at: worst)
    }
  }

  /// Models that the lines connect.
  var connected: [Int] { leaves.count > 1 ? leaves : [] }

  var edges: [Family.Edge] {
    tree.edges.map { edge in
      let ends = edge.ends.map(node)
      if case (.model(let a), .model(let b)) = (ends[0], ends[1]) {
        return links.line(a, b, square: links.addend(a, b))
      }
      return Family.Edge(
        from: ends[0], to: ends[1], kind: .open(), distance: edge.length.squareRoot())
    }
  }

  private func node(_ number: Int) -> Family.Node {
    number < leaves.count
      ? .model(leaves[number])
      : .ancestor(tree.innerNodes.firstIndex(of: number) ?? 0)
  }

  // MARK: Root

  /// Where drawing begins: at what the corpus calls an original, else where most lines meet.
  func root(originals: Set<Int>, roots: [Int], edges: [Family.Edge]) -> Family.Node {
    if let original = roots.first(where: originals.contains) { return .model(original) }
    let candidates =
      tree.innerNodes.indices.map { Family.Node.ancestor($0) } + roots.map { .model($0) }
    func degree(_ node: Family.Node) -> Int { edges.count { $0.end(beside: node) != nil } }
    // The first of those with most, unknown ancestors before models.
    return candidates.reduce(candidates[0]) { degree($1) > degree($0) ? $1 : $0 }
  }

  /// A line, drawn from the end that is nearer to the root.
  func drawn(
    _ edge: Family.Edge, from root: Family.Node, among edges: [Family.Edge]
  ) -> Family.Edge {
    let steps = edges.steps(from: root)
    return (steps[edge.from] ?? 0) > (steps[edge.to] ?? 0) ? edge.turned : edge
  }

  // MARK: Ancestors

  func ancestors(below root: Family.Node, edges: [Family.Edge]) -> [UnknownAncestor] {
    let steps = edges.steps(from: root)
    return tree.innerNodes.enumerated().map { index, number in
      let ways = tree.distances(from: number)
      let up = tree.neighbours(of: number).map(\.node).first {
        (steps[node($0)] ?? 0) < (steps[.ancestor(index)] ?? 0)
      }
      let branches = zip(tree.neighbours(of: number), tree.branches(of: number))
      let below = branches.filter { $0.0.node != up }.flatMap(\.1).sorted()
      let distances = below.map { (ways[$0] ?? 0).squareRoot() }
      return UnknownAncestor(
        models: below.map { leaves[$0] }, nearest: distances.min() ?? 0,
        farthest: distances.max() ?? 0, exact: exact(number))
    }
  }

  private static func holders(
    _ family: [Int], _ fingerprints: (Int) -> ModelFingerprint
  ) -> [Set<Int>] {
    var holders: [TensorDigest: Set<Int>] = [:]
    for model in family {
      for tensor in fingerprints(model).tensors where tensor.matrix != nil && tensor.isEvidence {
        holders[tensor.digest, default: []].insert(model)
      }
    }
    return holders.values.filter { $0.count > 1 }
  }

  /// Matrices that models on several sides of a node have in common byte for byte, and all models of
  /// another side have not.
  private func exact(_ number: Int) -> UnknownAncestor.Exact? {
    let branches = tree.branches(of: number)
    var side: [Int: Int] = [:]
    for (index, branch) in branches.enumerated() {
      for leaf in branch { side[leaves[leaf]] = index }
    }
    var counts: [Set<Int>: Int] = [:]
    for models in holders {
      let sides = Set(models.compactMap { side[$0] })
      guard sides.count > 1, sides.count < branches.count else { continue }
      counts[models.filter { side[$0] != nil }, default: 0] += 1
    }
    return counts.map { UnknownAncestor.Exact(models: $0.key.sorted(), matrices: $0.value) }
      .min { a, b in
        a.matrices != b.matrices
          ? a.matrices > b.matrices : a.models.lexicographicallyPrecedes(b.models)
      }
  }
}

extension FamilyLinks {
  /// Whether of two models neither was built on the other.
  func excludesBoth(_ a: Int, _ b: Int) -> Bool {
    excluded.contains(Arrow(parent: a, child: b)) && excluded.contains(Arrow(parent: b, child: a))
  }
}

extension [Family.Edge] {
  /// Edges between each node and a root, whatever their directions.
  func steps(from root: Family.Node) -> [Family.Node: Int] {
    var neighbours: [Family.Node: [Family.Node]] = [:]
    for edge in self {
      neighbours[edge.from, default: []].append(edge.to)
      neighbours[edge.to, default: []].append(edge.from)
    }
    var steps = [root: 0]
    var open = [root]
    while !open.isEmpty {
      let node = open.removeFirst()
      for next in neighbours[node] ?? [] where steps[next] == nil {
        steps[next] = (steps[node] ?? 0) + 1
        open.append(next)
      }
    }
    return steps
  }
}
