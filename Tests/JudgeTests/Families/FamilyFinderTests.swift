import Compare
import Judge
import TestSupport
import Testing

/// Families made from one base: what models have in common by their data is moved into both, what is
/// a model's own into it alone.
@Suite struct FamilyFinderTests {
  private static let base = Models.base(seed: 900, layers: 6)
  private static let drifted = base.trained(0.15, seed: 901)
  private static let parent = drifted.trained(0.055, seed: 902)
  private static let sibling = drifted.trained(0.055, seed: 903)
  private static let child = parent.trained(0.18, seed: 905)

  private static func forest(
    _ models: [(String, ModelWeights)], _ manifest: [CorpusManifest.Entry] = []
  ) async throws -> FamilyForest {
    var references: [Reference] = []
    for (id, weights) in models {
      references.append(
        Reference(
          id: id, fingerprint: try await Models.fingerprint(weights.checkpoint(id)),
          manifest: manifest.first { $0.id == id }))
    }
    let collection = ModelCollection(references, threads: 1)
    let verdicts = collection.members.indices.map {
      MemberVerdict(collection.comparison(of: $0))
    }
    return FamilyFinder(collection.members, verdicts: verdicts).forest()
  }

  private static let family = [
    ("base", base), ("child", child), ("parent", parent), ("sibling", sibling),
  ]

  private func arrows(_ forest: FamilyForest) -> [String] {
    forest.families.flatMap(\.edges).filter(\.isDescent).compactMap { edge in
      guard case .model(let from) = edge.from, case .model(let to) = edge.to else { return nil }
      return "\(forest.models[from].id) → \(forest.models[to].id)"
    }
  }

  @Test func anArrowIsDrawnWhereDescentWasShownAndNowhereElse() async throws {
    let forest = try await Self.forest(
      Self.family + [("stranger", Models.base(seed: 7, layers: 6))])
    #expect(arrows(forest) == ["parent → child"])
    let family = try #require(forest.families.first)
    #expect(forest.families.count == 1)
    #expect(family.models == [0, 1, 2, 3])
    #expect(forest.strangers == [Stranger(model: 4, standing: .unrelated)])
    let nodes = family.models.count + family.ancestors.count
    #expect(family.edges.count == nodes - 1)
  }

  @Test func anAncestorInNoFileIsProposedAndNotClaimed() async throws {
    let models = (1...3).map { ("m\($0)", Self.base.trained(0.2, seed: 910 + UInt64($0))) }
    let forest = try await Self.forest(models)
    let family = try #require(forest.families.first)
    #expect(arrows(forest).isEmpty)
    #expect(family.ancestors.map(\.models) == [[0, 1, 2]])
    #expect(family.ancestors[0].exact == nil)
    #expect(family.root == .ancestor(0))
    #expect(family.edges.allSatisfy { $0.kind == .open() })
    // Each moved by 0.2 of its weights, but for what is not trained.
    #expect(family.ancestors[0].nearest > 0.15 && family.ancestors[0].farthest < 0.25)
  }

  @Test func theBaseOfAllIsTheNodeItself() async throws {
    let models = (1...3).map { ("m\($0)", Self.base.trained(0.2, seed: 920 + UInt64($0))) }
    let family = try #require(try await Self.forest([("base", Self.base)] + models).families.first)
    #expect(family.ancestors.isEmpty)
    #expect(family.root == .model(0))
    #expect(family.edges.allSatisfy { !$0.isDescent && $0.from == .model(0) })
  }

  @Test func copiesAreOneModelWithTwoNames() async throws {
    let forest = try await Self.forest([("one", Self.base), ("two", Self.base)])
    #expect(forest.models.map(\.id) == ["one"])
    #expect(forest.models[0].twins == ["two"])
    #expect(forest.strangers.map(\.standing) == [.alone])
  }

  @Test func assertionsThatTheWeightsContradictAreListed() async throws {
    func entry(_ id: String, original: Bool = false, parents: [String] = []) -> CorpusManifest.Entry
    {
      var entry = CorpusManifest.Entry(id: id, file: id, isOriginal: original)
      entry.parents = parents
      return entry
    }
    let stranger = Models.base(seed: 7, layers: 6)
    let forest = try await Self.forest(
      Self.family + [("stranger", stranger)],
      [
        entry("child", original: true), entry("parent", parents: ["child", "elsewhere"]),
        entry("sibling", parents: ["base"]), entry("stranger", parents: ["base"]),
      ])
    #expect(forest.assertions.map(\.parent) == [1, nil, 0, 0])
    let asserted = forest.assertions
    #expect(
      forest.conflicts == [
        .reversed(asserted[0]), .unrelated(asserted[3]),
        .originalHasParent(original: 1, parent: 2),
      ])
    #expect(arrows(forest) == ["parent → child"])
  }

  @Test func theOrderOfModelsChangesNothing() async throws {
    let forest = try await Self.forest(Self.family)
    let other = try await Self.forest(Self.family.reversed())
    #expect(forest.models == other.models)
    #expect(forest.families == other.families)
  }
}
