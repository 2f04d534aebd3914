import Foundation
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// Families made from one base: what two models have in common by their data is moved into both,
/// what is a model's own into it alone.
@Suite struct KinshipTests {
  private static let base = ModelWeights(
    .llama, .init(layers: 6), tokens: Models.tokens(100), seed: 900)
  /// One with tokens enough for circuits.
  private static let spoken = ModelWeights(
    .llama, .init(layers: 3), tokens: Models.tokens(320), seed: 907)
  /// The base after what all training on the same data does.
  private static let drifted = base.trained(0.15, seed: 901)
  private static let parent = drifted.trained(0.055, seed: 902)
  private static let sibling = drifted.trained(0.055, seed: 903)
  private static let other = base.trained(0.5, seed: 904)

  private static func kinship(
    _ subject: ModelWeights, _ relatives: [(String, ModelWeights)]
  ) async throws -> Kinship {
    let mine = try await Models.fingerprint(subject)
    var comparisons: [ReferenceComparison] = []
    for (id, weights) in relatives {
      comparisons.append(
        Comparer.compare(mine, with: try await Models.fingerprint(weights), id: id))
    }
    return Kinship(subject: mine, relatives: comparisons)
  }

  private static func entry(_ kinship: Kinship, _ id: String) throws -> Kinship.Relative {
    try #require(kinship.relatives.first { $0.reference == id })
  }

  @Test func aChildCarriesItsParentsOwnHistory() async throws {
    let kinship = try await Self.kinship(
      Self.parent.trained(0.18, seed: 905),
      [("base", Self.base), ("parent", Self.parent), ("sibling", Self.sibling)])
    let parent = try Self.entry(kinship, "parent")
    let beta = try #require(parent.drift.beta)
    #expect(parent.drift.outcome == .descends)
    #expect(abs(beta - 1) < 0.2)
    #expect(parent.drift.outgroup == "sibling")
    #expect(parent.drift.base == "base")
    #expect(kinship.candidates == ["parent"])
    #expect(kinship.isDecided)
  }

  @Test func anotherSiblingByTheSameDataIsNoChild() async throws {
    let kinship = try await Self.kinship(
      Self.drifted.trained(0.055, seed: 906),
      [("base", Self.base), ("parent", Self.parent), ("sibling", Self.sibling)])
    for id in ["parent", "sibling"] {
      let entry = try Self.entry(kinship, id)
      let beta = try #require(entry.drift.beta)
      #expect(abs(beta) < 0.2, "\(id)")
      #expect(entry.standing == .refuted, "\(id)")
    }
    #expect(kinship.candidates == ["base"])
    #expect(kinship.merge == nil)
  }

  /// What some have in common with the base's nearest child looks like a history of the base's own.
  @Test func aBaseBesideItsOwnDescendantsIsNotExcluded() async throws {
    func child(drift: Double, own: Double, seed: UInt64) -> ModelWeights {
      (drift > 0 ? Self.base.trained(drift, seed: 930) : Self.base).trained(own, seed: seed)
    }
    let kinship = try await Self.kinship(
      child(drift: 0.05, own: 0.2, seed: 931),
      [
        ("base", Self.base), ("near", child(drift: 0.05, own: 0.055, seed: 932)),
        ("far", child(drift: 0.05, own: 0.2, seed: 933)),
        ("other", child(drift: 0, own: 0.15, seed: 934)),
      ])
    let base = try Self.entry(kinship, "base")
    #expect(base.drift.outcome != .absent)
    #expect(base.standing == .open)
    #expect(kinship.candidates.contains("base"))
  }

  /// Everything that leaves the function alone, so that nothing stands in place.
  private static func rebased(_ model: ModelWeights, seed: UInt64) -> ModelWeights {
    ModelSymmetry.allCases.filter { $0.applies(to: model.layout) }.enumerated().reduce(model) {
      $0.applying($1.element, seed: seed + UInt64($1.offset))
    }
  }

  @Test func aReBasedChildIsHeldAgainstItsKinByItsCircuits() async throws {
    let base = ModelWeights(.llama, .init(layers: 6), tokens: Models.tokens(400), seed: 950)
    let drifted = base.trained(0.2, seed: 951)
    let parent = drifted.trained(0.1, seed: 952)
    let kinship = try await Self.kinship(
      Self.rebased(parent.trained(0.18, seed: 953), seed: 920),
      [("base", base), ("sibling", drifted.trained(0.1, seed: 954)), ("parent", parent)])
    #expect(kinship.relatives.allSatisfy { $0.drift.space == .circuits })
    #expect(kinship.candidates.contains("parent"))
    #expect(try Self.entry(kinship, "parent").drift.beta.map { $0 > 0.5 } ?? true)
    for id in ["base", "sibling"] {
      #expect(try Self.entry(kinship, id).standing != .supported, "\(id)")
    }
    #expect(kinship.merge == nil)
  }

  @Test func aReBasedSiblingByTheSameDataIsNoChild() async throws {
    let kinship = try await Self.kinship(
      Self.rebased(Self.drifted.trained(0.055, seed: 906), seed: 930),
      [("base", Self.base), ("parent", Self.parent), ("sibling", Self.sibling)])
    for id in ["base", "parent", "sibling"] {
      let entry = try Self.entry(kinship, id)
      #expect(entry.drift.space == .circuits)
      #expect(entry.standing != .supported, "\(id)")
      #expect(entry.drift.beta.map { abs($0) < 0.3 } ?? true, "\(id)")
    }
  }

  @Test func aReBasedCopyIsThatOfItsOwnModelAmongItsKin() async throws {
    let kinship = try await Self.kinship(
      Self.rebased(Self.sibling, seed: 940),
      [("base", Self.base), ("parent", Self.parent), ("sibling", Self.sibling)])
    #expect(kinship.candidates == ["sibling"])
    #expect(kinship.isDecided)
  }

  @Test func whatStandsInPlaceIsComparedByItsWeights() async throws {
    let kinship = try await Self.kinship(
      Self.other, [("base", Self.base), ("parent", Self.parent), ("sibling", Self.sibling)])
    #expect(kinship.relatives.allSatisfy { $0.drift.space == .weights })
  }

  @Test func withoutASiblingNothingIsDecided() async throws {
    let kinship = try await Self.kinship(
      Self.parent.trained(0.18, seed: 905), [("base", Self.base), ("parent", Self.parent)])
    #expect(!kinship.isDecided)
    #expect(Set(kinship.candidates) == ["base", "parent"])
    #expect(kinship.relatives.allSatisfy { $0.drift.outcome == .cannotSay })
  }

  @Test func aSiblingByOtherDataIsNoOutgroup() async throws {
    let kinship = try await Self.kinship(
      Self.drifted.trained(0.055, seed: 906),
      [("base", Self.base), ("parent", Self.parent), ("other", Self.other)])
    #expect(try Self.entry(kinship, "parent").drift.obstacle != nil)
    #expect(!kinship.isDecided)
    #expect(kinship.candidates.contains("base"))
  }

  /// Seen from a model that went on from the sibling, a checkpoint on the way to it seems to have a
  /// history of its own; seen from the base it has none.
  @Test func aCheckpointOnTheWayToItsSiblingHasNoHistoryOfItsOwn() async throws {
    let early = Self.drifted.blended(0.7, Self.base).trained(0.03, seed: 910)
    let kinship = try await Self.kinship(
      Self.drifted.trained(0.3, seed: 911),
      [
        ("base", Self.base), ("early", early),
        ("late", Self.drifted.trained(0.045, seed: 912)),
        ("further", Self.drifted.trained(0.3, seed: 913)),
      ])
    let drift = try Self.entry(kinship, "early").drift
    #expect(drift.outcome == .cannotSay)
    #expect(drift.obstacle == .noOwnHistory)
  }

  /// Seen from a far relative that shares their drift, the base of all seems to have a history of its own, which a
  /// subject further on the same way moves away from.
  @Test func aBaseIsNotExcludedByWhatItsDescendantsHaveInCommon() async throws {
    let kinship = try await Self.kinship(
      Self.drifted.blended(1.8, Self.base).trained(0.05, seed: 914),
      [
        ("base", Self.base), ("child", Self.drifted.trained(0.12, seed: 915)),
        ("far", Self.drifted.trained(0.35, seed: 916)),
      ])
    let base = try Self.entry(kinship, "base")
    #expect(base.drift.beta.map { $0 < -0.25 } ?? false)
    #expect(base.drift.outcome == .cannotSay)
    #expect(base.standing == .open)
    #expect(kinship.candidates.contains("base"))
  }

  @Test func tensorsThatStayedAnothersRefuteTheRest() async throws {
    var subject = Self.base.trained(0.1, seed: 907)
    subject.layers[0] = Self.base.layers[0]
    subject.layers[1] = Self.base.layers[1]
    let kinship = try await Self.kinship(
      subject, [("base", Self.base), ("parent", Self.parent)])
    let parent = try Self.entry(kinship, "parent")
    #expect(parent.frozen.foreign == 14)
    #expect(parent.frozen.foreignReference == "base")
    #expect(parent.standing == .refuted)
    #expect(kinship.candidates == ["base"])
    #expect(kinship.isDecided)
  }

  @Test(arguments: [0.3, 0.5, 0.8])
  func anExactCombinationIsAMergeWithItsWeights(weight: Double) async throws {
    let kinship = try await Self.kinship(
      Self.parent.blended(weight, Self.other),
      [("base", Self.base), ("parent", Self.parent), ("other", Self.other)])
    let merge = try #require(kinship.merge)
    let weights = Dictionary(
      uniqueKeysWithValues: merge.parents.map { ($0.reference, $0.coefficient) })
    #expect(Set(weights.keys) == ["parent", "other"])
    #expect(abs((weights["parent"] ?? 0) - weight) < 0.02)
    #expect(abs((weights["other"] ?? 0) - (1 - weight)) < 0.02)
    #expect(!merge.varies)
  }

  @Test func weightsThatVaryByLayerAreFoundLayerByLayer() async throws {
    var subject = Self.parent
    for layer in subject.layers.indices {
      let weight = 0.2 + 0.12 * Double(layer)
      subject.layers[layer] = Self.parent.blended(weight, Self.other).layers[layer]
    }
    let kinship = try await Self.kinship(
      subject, [("base", Self.base), ("parent", Self.parent), ("other", Self.other)])
    let merge = try #require(kinship.merge)
    let parent = try #require(merge.parents.first { $0.reference == "parent" })
    #expect(merge.varies)
    #expect(merge.layers == Array(0..<6))
    for (layer, weight) in parent.byLayer.enumerated() {
      #expect(abs(weight - (0.2 + 0.12 * Double(layer))) < 0.03, "layer \(layer)")
    }
  }

  @Test func childrenOfOneBaseAreNoMergeOfEachOther() async throws {
    for seed in UInt64(910)..<916 {
      let kinship = try await Self.kinship(
        Self.base.trained(0.1, seed: seed),
        [("base", Self.base), ("parent", Self.parent), ("other", Self.other)])
      #expect(kinship.merge == nil, "seed \(seed)")
    }
  }

  @Test func aRecastReferenceIsNotAnotherRelative() async throws {
    let kinship = try await Self.kinship(
      Self.parent.trained(0.18, seed: 905),
      [
        ("base", Self.base), ("parent", Self.parent), ("mirror", Self.parent),
        ("sibling", Self.sibling),
      ])
    for id in ["parent", "mirror"] {
      #expect(try Self.entry(kinship, id).drift.outcome == .descends, "\(id)")
    }
    #expect(kinship.merge == nil)
  }

  @Test func aRepeatedPairOfLayersSaysWhichModelCameLater() async throws {
    var deeper = Self.base
    deeper.layers = [0, 1, 2, 3, 2, 3, 4, 5].map { Self.base.layers[$0] }
    let grown = deeper.trained(0.05, seed: 920)
    let forwards = try Self.entry(try await Self.kinship(grown, [("base", Self.base)]), "base")
    let backwards = try Self.entry(try await Self.kinship(Self.base, [("grown", grown)]), "grown")
    #expect(forwards.facts.map(\.kind) == [.repeatedLayers])
    #expect(forwards.later == .subject)
    #expect(backwards.later == .reference)
  }

  @Test func tokensTakenOutBetweenOthersSayWhichModelCameLater() async throws {
    let kept = Self.spoken.tokens.indices.filter { $0 % 6 != 1 }
    let trimmed = Self.spoken.trained(0.05, seed: 921).keepingTokens(kept)
    let forwards = try Self.entry(
      try await Self.kinship(trimmed, [("base", Self.spoken)]), "base")
    let backwards = try Self.entry(
      try await Self.kinship(Self.spoken, [("trimmed", trimmed)]), "trimmed")
    #expect(forwards.facts.map(\.kind) == [.tokenSubset])
    #expect(forwards.later == .subject)
    #expect(backwards.facts.map(\.kind) == [.tokenSubset])
    #expect(backwards.later == .reference)
  }

  /// It may have been extended, or cut.
  @Test func tokensThatLackAtTheEndShowNoSubset() async throws {
    let cut = Self.spoken.trained(0.05, seed: 921)
      .keepingTokens(Array(Self.spoken.tokens.indices.dropLast(40)))
    let entry = try Self.entry(try await Self.kinship(cut, [("base", Self.spoken)]), "base")
    #expect(entry.facts.allSatisfy { $0.kind != .tokenSubset })
  }

  @Test func plainTrainingLeavesNoOneSidedFact() async throws {
    let entry = try Self.entry(
      try await Self.kinship(Self.parent, [("base", Self.base)]), "base")
    #expect(entry.facts.isEmpty)
    #expect(entry.later == nil)
  }

  @Test func noiseIsWhiteAndTrainingIsNot() throws {
    var random = ModelRandom(seed: 930)
    let side = LinearSketch.side
    let noise = random.matrix(side, side, deviation: 1)
    let (left, right) = (
      random.matrix(side, 3, deviation: 1), random.matrix(3, side, deviation: 1)
    )
    let steps = left * right
    let white = try #require(Whiteness.rank(noise.floats.map(Double.init)))
    let trained = try #require(Whiteness.rank(steps.floats.map(Double.init)))
    #expect(white >= Whiteness.minimumRank)
    #expect(trained <= 3.001)
    #expect(Whiteness.rank([Double](repeating: 0, count: side * side)) == nil)
  }
}

extension ModelWeights {
  /// w · self + (1 − w) · other, all matrices of the layers.
  func blended(_ weight: Double, _ other: ModelWeights) -> ModelWeights {
    func blend(_ a: ModelMatrix, _ b: ModelMatrix) -> ModelMatrix {
      a.combined(weight, b, 1 - weight)
    }
    var result = self
    for (i, layer) in other.layers.enumerated() {
      result.layers[i].query = blend(layers[i].query, layer.query)
      result.layers[i].key = blend(layers[i].key, layer.key)
      result.layers[i].value = blend(layers[i].value, layer.value)
      result.layers[i].output = blend(layers[i].output, layer.output)
      if let gate = layers[i].gate, let second = layer.gate {
        result.layers[i].gate = blend(gate, second)
      }
      result.layers[i].up = blend(layers[i].up, layer.up)
      result.layers[i].down = blend(layers[i].down, layer.down)
    }
    return result
  }
}
