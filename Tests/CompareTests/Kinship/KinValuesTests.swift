import Canonicalise
import Foundation
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

/// What the numbers of relatives say beyond their sketches.
@Suite struct KinValuesTests {
  private static let base = ModelWeights(
    .llama, .init(layers: 6), tokens: Models.tokens(100), seed: 900)
  private static let drifted = base.trained(0.15, seed: 901)
  private static let parent = drifted.trained(0.055, seed: 902)
  private static let sibling = drifted.trained(0.055, seed: 903)

  private static let relatives = [("base", base), ("parent", parent), ("sibling", sibling)]

  /// The subject's kinship by sketches alone, and by numbers.
  private static func kinship(
    _ subject: ModelWeights
  ) async throws -> (sketched: Kinship, exact: Kinship, values: KinValues) {
    let mine = try await Models.fingerprint(subject)
    var comparisons: [ReferenceComparison] = []
    for (id, weights) in relatives {
      comparisons.append(
        Comparer.compare(mine, with: try await Models.fingerprint(weights), id: id))
    }
    let wanted = try #require(Kinship.readable(mine, comparisons) { _ in true })
    let read = try wanted.ids.map { id in
      (
        comparison: try #require(comparisons.first { $0.id == id }),
        weights: try canonical(try #require(relatives.first { $0.0 == id }?.1))
      )
    }
    let engine = KinEngine(subject: try canonical(subject), fingerprint: mine, threads: 2)
    let values = try #require(try engine.values(read, tensors: wanted.tensors))
    return (
      Kinship(subject: mine, relatives: comparisons),
      Kinship(subject: mine, relatives: comparisons, values: values), values
    )
  }

  private static func canonical(_ weights: ModelWeights) throws -> CanonicalModel {
    try ArchitectureCatalogue.bundled().canonicalise(weights.checkpoint("model"))
  }

  private static func drift(_ kinship: Kinship, _ id: String) throws -> DriftTest {
    try #require(kinship.relatives.first { $0.reference == id }).drift
  }

  @Test func numbersShowAChildWithASmallerErrorThanSketches() async throws {
    let kinship = try await Self.kinship(Self.parent.trained(0.18, seed: 905))
    let (sketched, exact) = (
      try Self.drift(kinship.sketched, "parent"), try Self.drift(kinship.exact, "parent")
    )
    #expect(sketched.space == .weights)
    #expect(exact.space == .values)
    #expect(exact.outcome == .descends)
    #expect(exact.beta.map { abs($0 - 1) < 0.1 } ?? false)
    #expect((exact.error ?? 1) < (sketched.error ?? 0))
    #expect(kinship.exact.candidates == ["parent"])
    #expect(kinship.exact.isDecided)
  }

  @Test func numbersExcludeASiblingByTheSameData() async throws {
    let kinship = try await Self.kinship(Self.drifted.trained(0.055, seed: 906)).exact
    for id in ["parent", "sibling"] {
      let entry = try #require(kinship.relatives.first { $0.reference == id })
      #expect(entry.drift.space == .values)
      #expect(entry.drift.beta.map { abs($0) < 0.1 } ?? false, "\(id)")
      #expect(entry.standing == .refuted, "\(id)")
    }
    #expect(kinship.candidates == ["base"])
  }

  /// A child that was trained until half of its parent's history was lost.
  @Test func whoLostHalfOfAHistoryIsNotHeldToHaveLeftBeforeIt() async throws {
    let kinship = try await Self.kinship(
      Self.parent.blended(0.5, Self.drifted).trained(0.18, seed: 907)
    ).exact
    let entry = try #require(kinship.relatives.first { $0.reference == "parent" })
    #expect(entry.drift.beta.map { abs($0 - 0.5) < 0.1 } ?? false)
    #expect(entry.drift.outcome != .absent)
    #expect(entry.standing != .refuted)
    #expect(kinship.candidates.contains("parent"))
  }

  @Test func numbersOfOtherModelsAreNotTaken() async throws {
    let kinship = try await Self.kinship(Self.parent.trained(0.18, seed: 905))
    var values = kinship.values
    values.members[0] = "somebody"
    let mine = try await Models.fingerprint(Self.base)
    let other = Kinship(
      subject: mine,
      relatives: [
        Comparer.compare(mine, with: try await Models.fingerprint(Self.parent), id: "parent")
      ], values: values)
    #expect(other.relatives.allSatisfy { $0.drift.space == .weights })
  }

  @Test func whatNoCheckWritesIsRefused() async throws {
    let values = try await Self.kinship(Self.parent.trained(0.18, seed: 905)).values
    #expect(values.isPossible)
    let again = try JSONDecoder().decode(KinValues.self, from: JSONEncoder().encode(values))
    #expect(again == values)
    var twice = values
    twice.members[0] = twice.members[1]
    #expect(!twice.isPossible)
    var short = values
    short.matrices[0].products.removeLast()
    #expect(!short.isPossible)
    var endless = values
    endless.matrices[0].products[0] = .infinity
    #expect(!endless.isPossible)
  }
}
