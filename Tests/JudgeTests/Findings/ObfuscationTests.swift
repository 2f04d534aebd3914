import Judge
import TestSupport
import Testing

/// Weights that were moved without changing what they compute: circuits agree, numbers do not.
@Suite struct ObfuscationTests {
  private let base = Models.anchored(seed: 1)

  @Test(arguments: [ModelSymmetry.neurons, .residualPermutation, .residualRotation])
  func rebasedWeightsAreAnError(symmetry: ModelSymmetry) async throws {
    let judgement = try await Models.judge(
      base.applying(symmetry, seed: 3).trained(0.05, seed: 4).checkpoint("child"),
      against: [base.checkpoint("base")], declared: ["base"])
    #expect(judgement.verdict.relation == .derived)
    let finding = try #require(judgement.finding(.obfuscatedWeights))
    #expect(finding.level == .error)
    #expect(finding.evidence[.reference] == .text("base"))
  }

  @Test(arguments: [0.05, 0.7])
  func trainingIsNoObfuscation(share: Double) async throws {
    let judgement = try await Models.judge(
      base.trained(share, seed: 4).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.finding(.obfuscatedWeights) == nil)
  }

  @Test func strangersAreNotObfuscated() async throws {
    let judgement = try await Models.judge(
      Models.anchored(seed: 2).checkpoint("subject"), against: [base.checkpoint("base")])
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(judgement.finding(.obfuscatedWeights) == nil)
  }

  /// Nothing but circuits compares models of different hidden size.
  @Test func widthPruneFindsACutOfTheHiddenSizeByCircuits() async throws {
    let kept = (0..<64).filter { $0 % 5 != 0 }
    var child = base
    child.sizes.hidden = kept.count
    child.embedding = base.embedding.columns(kept)
    child.head = base.head?.columns(kept)
    child.finalNorm = kept.map { base.finalNorm[$0] }
    for (index, layer) in base.layers.enumerated() {
      child.layers[index].query = layer.query.columns(kept)
      child.layers[index].key = layer.key.columns(kept)
      child.layers[index].value = layer.value.columns(kept)
      child.layers[index].gate = layer.gate?.columns(kept)
      child.layers[index].up = layer.up.columns(kept)
      child.layers[index].output = layer.output.rows(kept)
      child.layers[index].down = layer.down.rows(kept)
      child.layers[index].attentionNorm = kept.map { layer.attentionNorm[$0] }
      child.layers[index].mlpNorm = kept.map { layer.mlpNorm[$0] }
    }
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.verdict.relation == .related)
    #expect(
      judgement.changes[.widthPrune]?[.hidden] == .integers([64, kept.count]))
    #expect(judgement.finding(.obfuscatedWeights) == nil)
  }
}
