import Canonicalise
import Compare
import Fingerprint
import Load
import TestSupport
import Testing

@testable import Judge

/// What cannot be compared is said to be so, and is no clean bill.
@Suite struct DisguiseLimitsTests {
  private let victim = Models.anchored(seed: 1)

  /// The same tensors, some under names that tell nothing.
  private func renaming(
    _ checkpoint: Checkpoint, where isHidden: (String) -> Bool
  ) -> Checkpoint {
    var result = checkpoint
    result.tensors = checkpoint.tensors.enumerated().map { index, tensor in
      guard isHidden(tensor.name) else { return tensor }
      return Tensor(
        name: "blob_\(index)", elementType: tensor.elementType, shape: tensor.shape,
        storage: tensor.stored[0].storage)
    }
    return result
  }

  private func disguised(seed: UInt64) -> ModelWeights {
    victim.applying(.residualRotation, seed: seed).applying(.neurons, seed: seed)
      .applying(.heads, seed: seed).applying(.valueAndOutputBasis, seed: seed)
  }

  @Test func aRebasedCopyWithoutNamesIsNotCleared() async throws {
    let subject = renaming(disguised(seed: 5).checkpoint("subject")) { _ in true }
    let judgement = try await Models.judge(subject, against: [victim.checkpoint("victim")])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.candidates.map(\.relation) == [.inconclusive])
    guard case .undescribed(let share) = judgement.verdict.statement else {
      Issue.record("\(judgement.verdict.statement)")
      return
    }
    #expect(share > 0.8)
    #expect(judgement.findings.contains { $0.code == .inconclusive })
  }

  @Test func aStrangerOfKnownNamesIsCleared() async throws {
    let judgement = try await Models.judge(
      Models.anchored(seed: 2).checkpoint("subject"), against: [victim.checkpoint("victim")])
    #expect(judgement.verdict.relation == .noEvidence)
  }

  @Test func someNamesAreNotEnough() async throws {
    let subject = renaming(disguised(seed: 6).checkpoint("subject")) {
      $0.contains("_proj") && !$0.contains("o_proj")
    }
    let judgement = try await Models.judge(subject, against: [victim.checkpoint("victim")])
    #expect(judgement.verdict.relation == .inconclusive)
  }

  @Test func oneModelHasNoRivals() async throws {
    for layout in ModelWeights.Layout.allCases {
      let tokens = Array(AnchorList.standard.tokens.prefix(80))
      let weights = ModelWeights(layout, ModelWeights.Sizes(), tokens: tokens, seed: 3)
      #expect(RivalParts(try await Models.fingerprint(weights.checkpoint("subject"))) == nil)
    }
  }

  @Test func partsAreNamed() async throws {
    var checkpoint = victim.checkpoint("subject")
    checkpoint.problems = [LoadProblem(.rival, "actor", "claims places that another part has")]
    let judgement = try await Models.judge(checkpoint, against: [victim.checkpoint("victim")])
    #expect(judgement.findings.contains { $0.fact == .rivalParts(["actor"]) })
    let plain = try await Models.judge(
      victim.checkpoint("subject"), against: [victim.checkpoint("victim")])
    #expect(!plain.findings.contains { $0.code == .rivalParts })
  }
}
