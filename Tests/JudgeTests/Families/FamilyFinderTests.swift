import Fingerprint
import Testing

@testable import Compare
@testable import Judge

/// What the verdicts of all members make of a collection.
@Suite struct FamilyFinderTests {
  private typealias Edge = Family.Edge

  /// A link seen from a member: to whom, ‖B − A‖² / ‖A‖², and whether the other is excluded as parent.
  private static func link(
    _ id: String, _ square: Double = 0.01, excluded: Bool = false
  ) -> MemberVerdict.Link {
    MemberVerdict.Link(
      id: id, distance: ModelDistance(square: square, coverage: 1), strength: 1 - square,
      isExcluded: excluded)
  }

  private static func from(
    _ id: String, _ value: Direction.Value = .fromReference, blended: Bool = false
  ) -> MemberVerdict.Descent {
    MemberVerdict.Descent(
      id: id, direction: Direction(value, because: .weights), coefficient: blended ? 0.5 : nil,
      isBlended: blended)
  }

  private static func verdict(
    _ relation: Relation = .related, links: [MemberVerdict.Link] = [],
    descents: [MemberVerdict.Descent] = [], comparedWith: [String] = ["a", "b", "c", "d", "e"]
  ) -> MemberVerdict {
    MemberVerdict(
      relation: relation, links: links, descents: descents, compared: Set(comparedWith))
  }

  private static func forest(_ verdicts: KeyValuePairs<String, MemberVerdict>) -> FamilyForest {
    let references = verdicts.map { id, _ in
      Reference(
        id: id,
        fingerprint: ModelFingerprint(
          identity: ModelFingerprint.Identity(
            name: id, digest: id, format: "safetensors", files: 1, parameters: 1, family: nil,
            dimensions: [:]),
          tensors: [], frame: nil, circuits: [], notes: []))
    }
    return FamilyFinder(references, verdicts: verdicts.map(\.value)).forest()
  }

  /// Arrows as pairs of parent and child.
  private static func arrows(_ family: Family) -> [[Family.Node]] {
    family.edges.filter(\.isDescent).map { [$0.from, $0.to] }
  }

  @Test func arrowsMakeAChainWhoseRootIsItsFirst() throws {
    let forest = Self.forest([
      "a": Self.verdict(links: [Self.link("b")]),
      "b": Self.verdict(.derived, links: [Self.link("a")], descents: [Self.from("a")]),
      "c": Self.verdict(.derived, links: [Self.link("b")], descents: [Self.from("b")]),
    ])
    let family = try #require(forest.families.first)
    #expect(forest.families.count == 1)
    #expect(Set(Self.arrows(family)) == [[.model(0), .model(1)], [.model(1), .model(2)]])
    #expect(family.edges.count == 2)
    #expect(family.root == .model(0))
    #expect(forest.strangers.isEmpty)
  }

  @Test func aChildThatTheParentNamesIsTheSameArrow() throws {
    let forest = Self.forest([
      "a": Self.verdict(links: [Self.link("b")], descents: [Self.from("b", .toReference)]),
      "b": Self.verdict(links: [Self.link("a")]),
    ])
    let family = try #require(forest.families.first)
    #expect(Self.arrows(family) == [[.model(0), .model(1)]])
  }

  @Test func ofVerdictsThatContradictEachOtherNoneStands() throws {
    let forest = Self.forest([
      "a": Self.verdict(.derived, links: [Self.link("b")], descents: [Self.from("b")]),
      "b": Self.verdict(.derived, links: [Self.link("a")], descents: [Self.from("a")]),
    ])
    let family = try #require(forest.families.first)
    #expect(family.edges.map(\.isDescent) == [false])
    #expect(family.edges.map(\.distance) == [0.1])
  }

  @Test func noCircleOfArrowsIsDrawn() throws {
    let names = ["a", "b", "c"]
    func member(_ index: Int) -> MemberVerdict {
      let parent = names[(index + 2) % 3]
      return Self.verdict(
        .derived, links: names.filter { $0 != names[index] }.map { Self.link($0) },
        descents: [Self.from(parent)])
    }
    let forest = Self.forest(["a": member(0), "b": member(1), "c": member(2)])
    #expect(try #require(forest.families.first).edges.filter(\.isDescent).isEmpty)
  }

  @Test func whatIsExcludedIsOnTheLine() throws {
    let forest = Self.forest([
      "a": Self.verdict(links: [Self.link("b")]),
      "b": Self.verdict(links: [Self.link("a", excluded: true)]),
    ])
    let edge = try #require(forest.families.first?.edges.first)
    let forward: Edge.Exclusion = edge.from == .model(0) ? .forward : .backward
    #expect(edge.kind == .open(excluded: [forward]))
  }

  /// Four models whose squared distances add through a node that none of them is.
  @Test func siblingsOfAnAbsentBaseHaveAnUnknownAncestor() throws {
    let names = ["a", "b", "c", "d"]
    func member(_ index: Int) -> MemberVerdict {
      Self.verdict(links: names.filter { $0 != names[index] }.map { Self.link($0, 0.02) })
    }
    let forest = Self.forest([
      "a": member(0), "b": member(1), "c": member(2), "d": member(3),
    ])
    let family = try #require(forest.families.first)
    #expect(family.ancestors.map(\.models) == [[0, 1, 2, 3]])
    #expect(abs(try #require(family.ancestors.first).nearest - 0.1) < 1e-6)
    #expect(family.root == .ancestor(0))
    #expect(family.edges.allSatisfy { $0.from == .ancestor(0) && !$0.isDescent })
  }

  /// One of the models is where the ways of the others meet.
  @Test func aBaseAmongItsChildrenNeedsNoAncestor() throws {
    let children = ["b", "c", "d"]
    func child(_ name: String) -> MemberVerdict {
      Self.verdict(
        links: [Self.link("a", 0.01)]
          + children.filter { $0 != name }.map { Self.link($0, 0.02) })
    }
    let forest = Self.forest([
      "a": Self.verdict(links: children.map { Self.link($0, 0.01) }), "b": child("b"),
      "c": child("c"), "d": child("d"),
    ])
    let family = try #require(forest.families.first)
    #expect(family.ancestors.isEmpty)
    #expect(Set(family.edges.map(\.from)) == [.model(0)])
  }

  @Test(arguments: [false, true])
  func aBlendHasTwoParentsUnlessTheseAreKin(areKin: Bool) throws {
    let kin = areKin ? [Self.link("b")] : []
    let back = areKin ? [Self.link("a")] : []
    let forest = Self.forest([
      "a": Self.verdict(links: [Self.link("c", 0.5)] + kin),
      "b": Self.verdict(links: [Self.link("c", 0.5)] + back),
      "c": Self.verdict(
        .merged, links: [Self.link("a", 0.5), Self.link("b", 0.5)],
        descents: [Self.from("a", blended: true), Self.from("b", blended: true)]),
    ])
    let family = try #require(forest.families.first)
    let expected: Set = [[Family.Node.model(0), .model(2)], [.model(1), .model(2)]]
    #expect(Set(Self.arrows(family)) == (areKin ? [] : expected))
  }

  @Test func aModelOfNoFamilySaysWhy() {
    let forest = Self.forest([
      "a": Self.verdict(.noEvidence), "b": Self.verdict(.inconclusive),
      "c": Self.verdict(.sharedInitialisation),
    ])
    #expect(forest.families.isEmpty)
    #expect(
      forest.strangers.sorted { $0.model < $1.model }.map(\.standing) == [
        .unrelated, .inconclusive, .sharedInitialisation,
      ])
    #expect(Self.forest(["a": Self.verdict(.noEvidence)]).strangers.map(\.standing) == [.alone])
  }
}
