import Judge
import Load
import TestSupport
import Testing

/// Single values taken from a donor, as DARE, TIES and element-wise merges do.
@Suite struct ElementMaskTests {
  private let base = Models.base()
  private let donor = Models.base().trained(0.2, seed: 2)

  private func masks(_ subject: ModelWeights, _ type: ElementType) async throws -> [Details] {
    let judgement = try await Models.judge(
      subject.checkpoint("child", as: type),
      against: [base.checkpoint("base", as: type), donor.checkpoint("donor", as: type)])
    return judgement.parents.flatMap(\.changes).filter { $0.kind == .elementMask }.map(\.detail)
  }

  @Test(arguments: [(0.3, 1 / 0.3), (0.5, 1.0), (0.5, 0.7)])
  func aMaskIsNamedWithItsScaleAndShare(kept: Double, scale: Double) async throws {
    for type in [ElementType.float32, .bfloat16] {
      let detail = try #require(
        try await masks(base.masked(donor, kept: kept, scale: scale, seed: 3), type).first)
      #expect(detail[.base] == .text("base"))
      #expect(detail[.donor] == .text("donor"))
      #expect(abs(try #require(detail[.scale]?.number) / scale - 1) < 0.01)
      #expect(abs(try #require(detail[.taken]?.number) - kept) < 0.05)
      #expect(abs(try #require(detail[.unchanged]?.number) - (1 - kept)) < 0.05)
    }
  }

  @Test func neitherASiblingNorAnInterpolationIsAMask() async throws {
    let sibling = base.trained(0.2, seed: 4)
    let interpolation = base.masked(donor, kept: 1, scale: 0.4, seed: 5)
    let child = donor.trained(0.05, seed: 6)
    for subject in [sibling, interpolation, child] {
      for type in [ElementType.float32, .bfloat16] {
        #expect(try await masks(subject, type).isEmpty)
      }
    }
  }

  /// Values of both, each times its own number.
  private func mixture(
    _ first: ModelWeights, _ second: ModelWeights, kept: Double, scales: (Double, Double)
  ) -> ModelWeights {
    base.masked(first, kept: kept, scale: scales.0, seed: 11)
      .combined(1, base.masked(second, kept: kept, scale: scales.1, seed: 12), 1)
      .combined(1, base, -1)
  }

  /// As alike as the same text in another order makes models: sketches take them for one.
  private func siblings() -> (ModelWeights, ModelWeights) {
    let drifted = base.trained(0.2, seed: 7)
    return (drifted.trained(0.07, seed: 8), drifted.trained(0.07, seed: 9))
  }

  private func relation(
    _ subject: ModelWeights, _ references: [(String, ModelWeights)]
  ) async throws -> (relation: Relation, parents: Set<String>) {
    let judgement = try await Models.judge(
      subject.checkpoint("child", as: .bfloat16),
      against: references.map { $0.1.checkpoint($0.0, as: .bfloat16) })
    return (judgement.verdict.relation, Set(judgement.parents.map(\.reference)))
  }

  @Test(arguments: [(2.0, 1.7), (1.0, 1.0)])
  func aMaskedMergeOfSiblingsIsToldByTheirValues(scales: (Double, Double)) async throws {
    let (first, second) = siblings()
    let found = try await relation(
      mixture(first, second, kept: 0.3, scales: scales),
      [("base", base), ("first", first), ("second", second)])
    #expect(found.relation == .merged)
    #expect(found.parents == ["first", "second"])
  }

  @Test func aMaskOfOneSiblingIsNoMerge() async throws {
    let (first, second) = siblings()
    let found = try await relation(
      base.masked(first, kept: 0.3, scale: 2, seed: 11),
      [("base", base), ("first", first), ("second", second)])
    #expect(found.relation != .merged)
  }

  /// They keep most of what the subject changed, each another part.
  @Test(arguments: [0.1, 0.5])
  func aModelOfFewChangesIsNoMergeOfItsChildren(share: Double) async throws {
    let subject = base.masked(donor, kept: 0.3, scale: 1, seed: 13)
    let children = [14, 15].map { (seed: UInt64) in
      subject.masked(subject.trained(0.2, seed: seed), kept: share, scale: 1, seed: seed + 10)
    }
    let found = try await relation(
      subject, [("base", base), ("first", children[0]), ("second", children[1])])
    #expect(found.relation != .merged)
  }

  /// Zeros at some of the same places.
  @Test func aPrunedModelIsNoMergeOfOthers() async throws {
    func pruned(_ seed: UInt64) -> ModelWeights {
      donor.masked(donor.combined(0, donor, 0), kept: 0.5, scale: 1, seed: seed)
    }
    let found = try await relation(
      pruned(21), [("donor", donor), ("first", pruned(22)), ("second", pruned(23))])
    #expect(found.relation != .merged)
  }
}
