import Compare
import Judge
import Load
import TestSupport
import Testing

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
    #expect(measured.kin == 0 && measured.declaredKin == 0)
    let group = try #require(measured.groups.first { $0.evidence == .numbers })
    #expect(group.families == "llama" && group.isSameSize)
    #expect(group.scores.count == 21 && group.isEnough)
    #expect(!group.isWider, "\(group.scores)")
    #expect(group.scores == group.scores.sorted())
  }

  @Test func kinAreLeftOutWhetherSeenOrSaid() async throws {
    let base = Models.base(seed: 1, layers: 2)
    let measured = try await measure(
      [
        ("base", base), ("child", base.trained(0.2, seed: 9)),
        ("other", Models.base(seed: 2, layers: 2)), ("third", Models.base(seed: 3, layers: 2)),
      ], parents: ["third": ["other"]])
    #expect(measured.kin == 1 && measured.declaredKin == 1)
    #expect(measured.groups.first { $0.evidence == .numbers }?.scores.count == 4)
    #expect(measured.groups.first?.isEnough == false)
  }

  @Test func scoresBeyondTheNullAreSeen() {
    var group = NullMeasurement.Group(
      evidence: .numbers, families: "llama", isSameSize: true,
      scores: (0..<40).map { Double($0) / 20 + 0.5 }, largestEffect: 0.2)
    #expect(group.isWider)
    group.scores = (1...40).map { -2 + 4 * Double($0) / 41 }
    #expect(!group.isWider)
  }
}
