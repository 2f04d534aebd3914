import Compare
import Load
import TestSupport
import Testing

@testable import Judge

/// What pairs of different lineage reach.
@Suite struct NullMeasurementTests {
  private func measure(
    _ models: [(id: String, weights: ModelWeights)], parents: [String: [String]] = [:]
  ) async throws -> NullMeasurement {
    var references: [Reference] = []
    for (id, weights) in models {
      let fingerprint = try await Models.fingerprint(weights.checkpoint(id))
      var entry = CorpusManifest.Entry(id: id, file: id)
      entry.parents = parents[id] ?? []
      references.append(Reference(id: id, fingerprint: fingerprint, manifest: entry))
    }
    return NullMeasurement(ModelCollection(references, threads: 1))
  }

  @Test func pairsOfIndependentModelsAreWithinTheNull() async throws {
    let measured = try await measure(
      (1...7).map { ("m\($0)", Models.base(seed: UInt64($0), layers: 2)) })
    #expect(measured.compared == 21 && measured.significant == 0 && measured.declared == 0)
    let group = try #require(measured.groups.first { $0.evidence == .numbers })
    #expect(group.families == "llama" && group.isSameSize)
    #expect(group.scores.count == 21 && group.pairs.count == 21 && group.isEnough)
    #expect(!group.isWider, "\(group.scores)")
    #expect(group.scores == group.scores.sorted())
  }

  @Test func relativesAreLeftOutWhetherSeenOrSaid() async throws {
    let base = Models.base(seed: 1, layers: 2)
    let measured = try await measure(
      [
        ("base", base), ("child", base.trained(0.2, seed: 9)),
        ("other", Models.base(seed: 2, layers: 2)), ("third", Models.base(seed: 3, layers: 2)),
      ], parents: ["third": ["other"]])
    #expect(measured.compared == 5 && measured.significant == 1 && measured.declared == 1)
    let group = try #require(measured.groups.first { $0.evidence == .numbers })
    // Four pairs of two lineages: one sample.
    #expect(group.pairs.count == 4 && group.scores.count == 1)
    #expect(!group.isEnough && group.pairs.count { $0.isSample } == 1)
  }

  /// Of a chain, the ends may no longer look like relatives.
  @Test func relativesOfRelativesAreNoStrangers() async throws {
    let base = Models.base(seed: 1, layers: 2)
    let measured = try await measure(
      [
        ("base", base), ("child", base.trained(0.2, seed: 9)),
        ("namesake", Models.base(seed: 2, layers: 2)), ("other", Models.base(seed: 3, layers: 2)),
      ], parents: ["namesake": ["base"]])
    #expect(measured.declared == 1 && measured.significant == 1)
    // namesake beside child
    #expect(measured.connected == 1)
    let group = try #require(measured.groups.first { $0.evidence == .numbers })
    #expect(group.pairs.count == 3 && group.scores.count == 1)
    #expect(group.pairs.allSatisfy { $0.one == "other" || $0.other == "other" })
  }

  @Test func declaredLineagesGoOverAnyNumberOfSteps() async throws {
    let measured = try await measure(
      (1...3).map { ("m\($0)", Models.base(seed: UInt64($0), layers: 1)) },
      parents: ["m1": ["elsewhere"], "m2": ["elsewhere", "m3"]])
    #expect(measured.declared == 3 && measured.compared == 0 && measured.groups.isEmpty)
  }

  private func group(_ scores: [Double]) -> NullMeasurement.Group {
    NullMeasurement.Group(
      evidence: .numbers, families: "llama", isSameSize: true,
      pairs: scores.enumerated().map {
        NullMeasurement.Pair("a", "b\($0)", score: $1, effect: 0.2, isSample: true)
      })
  }

  @Test func scoresBeyondTheNullAreSeen() {
    #expect(group((0..<40).map { Double($0) / 20 + 0.5 }).isWider)
    #expect(!group((1...40).map { -2 + 4 * Double($0) / 41 }).isWider)
  }

  /// Which the distribution of all scores does not show.
  @Test func oneScoreBeyondTheNullIsSeenHoweverManyThereAre() {
    let within = (1...200).map { -2 + 4 * Double($0) / 201 }
    let wider = group(within + [6.89])
    #expect(wider.excess < wider.admissibleExcess && wider.isWider)
    #expect(wider.largest?.other == "b200" && wider.largest?.score == 6.89)
    #expect(group([0, 6.89]).isWider)
    #expect(!group(within + [3.2]).isWider && !group([2.5]).isWider)
  }

  @Test func pairsAreDrawnByBothNamesAndWithinALimit() {
    let ids = (0..<30).map { "lab/m\($0)" }
    var lineages = DisjointSets(count: ids.count)
    for index in 10..<30 { lineages.join(9, index) }
    let all = PairDraw.draws(ids, apart: lineages, atMost: 1000)
    #expect(all.count == 9 * 8 / 2 + 9 * 21)
    let drawn = PairDraw.draws(ids, apart: lineages, atMost: 50)
    #expect(drawn.count == 50 && drawn == Array(all.prefix(50)))
    // Each two lineages come once before any comes twice.
    let first = Set(drawn.prefix(45).map { [min($0.low, 9), min($0.high, 9)] })
    #expect(first.count == 45)
    // Not the same few of them.
    #expect(Set(drawn.map(\.high).filter { $0 >= 9 }).count > 5)
  }
}
