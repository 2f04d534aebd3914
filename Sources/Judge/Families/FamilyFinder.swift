package import Compare
import Fingerprint

/// Finds the families of a collection and connects their members: arrows where descent was shown,
/// lines for the rest.
///
/// Arrows are the verdicts' own. Members without a parent are joined by lines: those whose distances
/// add along the tree that neighbour joining proposes, the others to the relative that explains most of them.
package struct FamilyFinder {
  private let members: [Reference]
  private let verdicts: [MemberVerdict]
  private let links: FamilyLinks

  /// - Parameter verdicts: of the members, in their order.
  package init(_ members: [Reference], verdicts: [MemberVerdict]) {
    (self.members, self.verdicts) = (members, verdicts)
    links = FamilyLinks(verdicts, ids: members.map(\.id))
  }

  package func forest() -> FamilyForest {
    let groups = groups()
    let asserted = CollectionAssertions(members)
    return FamilyForest(
      models: members.map { FamilyModel($0) },
      families: groups.filter { $0.count > 1 }.map(family),
      strangers: groups.filter { $0.count == 1 }.map { stranger($0[0]) },
      assertions: asserted.parents,
      conflicts: asserted.conflicts(links) { a, b in
        verdicts[a].compared.contains(members[b].id) && verdicts[a].relation != .inconclusive
          && verdicts[b].relation != .inconclusive
      })
  }

  /// Models that are linked, the largest group first.
  private func groups() -> [[Int]] {
    var sets = DisjointSets(count: members.count)
    for pair in links.links.keys { sets.join(pair.low, pair.high) }
    return sets.groups.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
  }

  private func stranger(_ model: Int) -> Stranger {
    let standing: Stranger.Standing =
      switch verdicts[model].relation {
      case _ where members.count == 1: .alone
      case .sharedInitialisation: .sharedInitialisation
      case .noEvidence: .unrelated
      default: .inconclusive
      }
    return Stranger(model: model, standing: standing)
  }

  // MARK: One family

  private func family(_ models: [Int]) -> Family {
    var edges = models.flatMap { child in
      links.parents(of: child).compactMap { edge(from: $0, to: child) }
    }
    let roots = models.filter { links.parents(of: $0).isEmpty }
    let proposal = AncestorProposal(
      roots, links: links, fingerprints: { members[$0].fingerprint }, family: models)
    edges += proposal.edges
    var sets = DisjointSets(count: members.count)
    for edge in edges {
      if case (.model(let a), .model(let b)) = (edge.from, edge.to) { sets.join(a, b) }
    }
    proposal.connected.dropFirst().forEach { sets.join(proposal.connected[0], $0) }
    edges += nearest(models, connecting: &sets)
    let root = proposal.root(
      originals: Set(models.filter { members[$0].isOriginal }), roots: roots, edges: edges)
    return Family(
      models: models, ancestors: proposal.ancestors(below: root, edges: edges),
      edges: edges.map { proposal.drawn($0, from: root, among: edges) }, root: root)
  }

  /// A line for whatever nothing else connects, to the relative that explains most of it.
  private func nearest(_ models: [Int], connecting sets: inout DisjointSets) -> [Family.Edge] {
    let family = Set(models)
    let open = links.links.filter { family.contains($0.key.low) }.sorted { left, right in
      let (a, b) = (left.value, right.value)
      return (-a.strength, a.square ?? 2, left.key) < (-b.strength, b.square ?? 2, right.key)
    }
    return open.compactMap { pair, _ in
      sets.join(pair.low, pair.high) ? edge(between: pair.low, and: pair.high) : nil
    }
  }

  private func edge(from parent: Int, to child: Int) -> Family.Edge? {
    links.descents[FamilyLinks.Arrow(parent: parent, child: child)].map {
      Family.Edge(
        from: .model(parent), to: .model(child),
        kind: .descent($0.direction, coefficient: $0.coefficient),
        distance: links.links[FamilyLinks.Pair(parent, child)]?.square?.squareRoot())
    }
  }

  private func edge(between a: Int, and b: Int) -> Family.Edge {
    links.line(a, b, square: links.links[FamilyLinks.Pair(a, b)]?.square)
  }
}

extension FamilyLinks {
  /// An open edge, with what the tests exclude.
  func line(_ a: Int, _ b: Int, square: Double?) -> Family.Edge {
    var exclusions: Set<Family.Edge.Exclusion> = []
    if excluded.contains(Arrow(parent: a, child: b)) { exclusions.insert(.forward) }
    if excluded.contains(Arrow(parent: b, child: a)) { exclusions.insert(.backward) }
    let later = links[Pair(a, b)]?.trace.map { borne in
      Family.Edge.Later(isTo: borne.bearer == b, trace: borne.trace)
    }
    return Family.Edge(
      from: .model(a), to: .model(b), kind: .open(excluded: exclusions, later: later),
      distance: square?.squareRoot())
  }
}

extension Reference {
  var isOriginal: Bool {
    manifest?.isOriginal == true || twins.contains { $0.manifest?.isOriginal == true }
  }
}

extension FamilyModel {
  init(_ reference: Reference) {
    let identity = reference.fingerprint.identity
    self.init(
      id: reference.id, twins: reference.twins.map(\.id), digest: identity.digest,
      format: identity.format, parameters: identity.parameters, architecture: identity.family,
      isOriginal: reference.isOriginal)
  }
}

/// Groups of numbers that have been joined.
struct DisjointSets {
  private var parent: [Int]

  init(count: Int) { parent = Array(0..<count) }

  private func top(_ item: Int) -> Int {
    var item = item
    while parent[item] != item { item = parent[item] }
    return item
  }

  /// - Returns: whether the two were apart.
  @discardableResult mutating func join(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (top(a), top(b))
    parent[max(a, b)] = min(a, b)
    return a != b
  }

  /// One for each item, equal for those that are joined.
  var numbers: [Int] { parent.indices.map(top) }

  /// Each in ascending order.
  var groups: [[Int]] {
    Dictionary(grouping: parent.indices, by: top).values.map { $0.sorted() }
  }
}
