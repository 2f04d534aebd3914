import TestSupport
import Testing

@testable import Compare

@Suite struct NeighbourJoiningTests {
  /// A tree that grew by hanging each leaf from the middle of an edge.
  private static func tree(leaves: Int, seed: UInt64) -> UnrootedTree {
    var random = SplitMix64(seed: seed)
    func length() -> Double { Double.random(in: 0.1...2, using: &random) }
    var edges = [UnrootedTree.Edge(0, 1, length: length())]
    for leaf in 2..<max(leaves, 2) {
      let inner = leaves + leaf - 2
      let cut = edges.remove(at: Int.random(in: 0..<edges.count, using: &random))
      edges += [
        UnrootedTree.Edge(cut.ends[0], inner, length: length()),
        UnrootedTree.Edge(cut.ends[1], inner, length: length()),
        UnrootedTree.Edge(leaf, inner, length: length()),
      ]
    }
    return UnrootedTree(leaves: leaves, edges: edges)
  }

  private static func distances(_ tree: UnrootedTree) -> [[Double]] {
    (0..<tree.leaves).map { a in
      let ways = tree.distances(from: a)
      return (0..<tree.leaves).map { ways[$0] ?? .nan }
    }
  }

  /// The leaves on the side of each edge that leaf 0 is not on, which tell trees apart.
  private static func splits(_ tree: UnrootedTree) -> Set<[Int]> {
    var splits: Set<[Int]> = []
    for node in tree.innerNodes + Array(0..<tree.leaves) {
      splits.formUnion(tree.branches(of: node).filter { !$0.contains(0) })
    }
    return splits
  }

  @Test(arguments: [3, 4, 5, 8, 13, 21], [1, 2, 3] as [UInt64])
  func additiveDistancesGiveBackTheTree(leaves: Int, seed: UInt64) {
    let tree = Self.tree(leaves: leaves, seed: seed)
    let distances = Self.distances(tree)
    let found = NeighbourJoining.tree(distances)
    #expect(Self.splits(found) == Self.splits(tree))
    #expect(found.edges.count == 2 * leaves - 3)
    for (row, wanted) in zip(Self.distances(found), distances) {
      #expect(zip(row, wanted).allSatisfy { abs($0 - $1) < 1e-9 })
    }
  }

  @Test func fewModelsMakeSmallTrees() {
    #expect(NeighbourJoining.tree([]).edges.isEmpty)
    #expect(NeighbourJoining.tree([[0]]).edges.isEmpty)
    #expect(
      NeighbourJoining.tree([[0, 3], [3, 0]]).edges == [UnrootedTree.Edge(0, 1, length: 3)])
  }

  @Test func distancesThatAreNoNumbersMakeNoTree() {
    let row = [Double](repeating: .nan, count: 4)
    #expect(NeighbourJoining.tree([row, row, row, row]).edges.isEmpty)
  }

  @Test func aModelInTheMiddleOfTheOthersIsTheProposedNode() {
    // Leaf 0 is where the paths of 1, 2 and 3 meet.
    var tree = NeighbourJoining.tree([
      [0, 1, 2, 3], [1, 0, 3, 4], [2, 3, 0, 5], [3, 4, 5, 0],
    ])
    tree.contract(leafShare: 1.0 / 3, innerShare: 1, least: 0) { _, _ in true }
    #expect(tree.innerNodes.isEmpty)
    #expect(tree.neighbours(of: 0).map(\.node) == [1, 2, 3])
    #expect(tree.neighbours(of: 0).map(\.length) == [1, 2, 3])
  }

  @Test func modelsThatMayNotMeetKeepANodeBetweenThem() {
    var tree = NeighbourJoining.tree([[0, 1, 2], [1, 0, 3], [2, 3, 0]])
    tree.contract(leafShare: 1.0 / 3, innerShare: 1, least: 0) { _, _ in false }
    #expect(tree.innerNodes.count == 1)
  }

  @Test func siblingsAtLikeDistancesKeepTheirNode() {
    var tree = NeighbourJoining.tree([[0, 2, 2.2], [2, 0, 2.1], [2.2, 2.1, 0]])
    tree.contract(leafShare: 1.0 / 3, innerShare: 1, least: 0) { _, _ in true }
    #expect(tree.innerNodes.count == 1)
    #expect(tree.branches(of: tree.innerNodes[0]) == [[0], [1], [2]])
  }
}
