import Judge
import Load
import TestSupport
import Testing

/// Changes that training makes.
@Suite struct TrainingChangeTests {
  private let base = Models.base()

  @Test(arguments: [0.02, 0.05, 0.15])
  func finetuneTellsHowFarTheWeightsMoved(share: Double) async throws {
    let judgement = try await Models.judge(
      base.trained(share, seed: 2).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(Set(judgement.changes.keys) == [.finetune])
    let change = try #require(judgement.changes[.finetune]?[.relativeChange]?.number)
    #expect(abs(change - share) < 0.05 * share)
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func finetuneIsNotSeenInAnUntouchedCopy() async throws {
    let changes = try await Models.changes(
      of: base.checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes.isEmpty)
  }

  @Test func finetuneOfBfloat16WeightsIsNotTakenForTheirRounding() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.02, seed: 2).checkpoint("child", as: .bfloat16),
      from: base.checkpoint("base", as: .bfloat16))
    #expect(Set(changes.keys) == [.finetune])
  }

  @Test func continuedPretrainingIsTrainingThatWentFar() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.7, seed: 2).checkpoint("child"), from: base.checkpoint("base"))
    #expect(Set(changes.keys) == [.continuedPretraining])
    let change = try #require(changes[.continuedPretraining]?[.relativeChange]?.number)
    #expect(abs(change - 0.7) < 0.05)
  }

  @Test func continuedPretrainingIsNotSeenInAFinetune() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.25, seed: 2).checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes[.continuedPretraining] == nil)
  }

  @Test func partialFinetuneTellsLayersThatMovedAndThatStayed() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.1, seed: 2) { ($0.layer ?? 0) >= 2 }.checkpoint("child"),
      from: base.checkpoint("base"))
    #expect(Set(changes.keys) == [.partialFinetune, .finetune])
    #expect(
      changes[.partialFinetune] == [.layers: .integers([2, 3]), .frozen: .integers([0, 1])])
  }

  @Test func partialFinetuneIsNotSeenWhereEveryLayerMoved() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.1, seed: 2) { $0.part == "q_proj" }.checkpoint("child"),
      from: base.checkpoint("base"))
    #expect(Set(changes.keys) == [.finetune])
  }

  @Test func partialFinetuneNamesTheTensorsOfANetworkWithoutLayerNumbers() async throws {
    let widths = [64, 96, 64, 48]
    var random = ModelRandom(seed: 77)
    let changes = try await Models.changes(
      of: Models.dense(
        "child", widths: widths, seed: 3,
        replacing: [
          2: densePart(widths: widths, seed: 3, index: 2)
            .combined(1, random.matrix(64, 48, deviation: 0.02), 1)
        ]),
      from: Models.dense("base", widths: widths, seed: 3))
    #expect(
      changes[.partialFinetune] == [
        .frozen: .texts(["dense_0/kernel", "dense_1/kernel"])
      ])
  }

  /// The matrix that `Models.dense` draws.
  private func densePart(widths: [Int], seed: UInt64, index: Int) -> ModelMatrix {
    var random = ModelRandom(seed: seed)
    return zip(widths, widths.dropFirst()).map { random.matrix($0, $1, deviation: 0.1) }[index]
  }

  @Test(
    arguments: [1, 4, 8, 16], [ElementType.float32, .bfloat16])
  func lowRankTellsTheExactRank(rank: Int, type: ElementType) async throws {
    let base = base.stored(as: type)
    let judgement = try await Models.judge(
      base.adapted(rank: rank, share: 0.2, parts: ["q_proj", "v_proj"], seed: 5)
        .checkpoint("child", as: type),
      against: [base.checkpoint("base", as: type)])
    #expect(
      judgement.changes == [
        .lowRank: [
          .rank: .integer(rank), .matrices: .integer(8),
          .roles: .texts(["attentionQuery", "attentionValue"]),
        ]
      ])
    #expect(judgement.parents.first?.modification?.effectiveRank == rank)
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func lowRankIsFoundBehindACast() async throws {
    let changes = try await Models.changes(
      of: base.adapted(rank: 8, share: 0.2, parts: ["q_proj", "v_proj"], seed: 5)
        .checkpoint("child", as: .bfloat16),
      from: base.checkpoint("base"))
    #expect(changes[.lowRank]?[.rank] == .integer(8))
    #expect(changes[.finetune] == nil)
  }

  @Test(arguments: [ElementType.float32, .bfloat16])
  func lowRankIsNotSeenInChangesOfFullRank(type: ElementType) async throws {
    let judgement = try await Models.judge(
      base.trained(0.1, seed: 2) { $0.part == "q_proj" }.checkpoint("child", as: type),
      against: [base.checkpoint("base", as: type)])
    #expect(judgement.changes[.lowRank] == nil)
    #expect(judgement.parents.first?.modification?.effectiveRank == nil)
  }

  @Test func headReplacedNamesTheNewHead() async throws {
    var child = base
    child.head = Models.base(seed: 8).head
    let changes = try await Models.changes(
      of: child.checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes == [.headReplaced: [.tensors: .texts(["lm_head.weight"])]])
  }

  @Test func headReplacedIsTheLastMatrixOfANetworkWithoutRoles() async throws {
    var random = ModelRandom(seed: 6)
    let changes = try await Models.changes(
      of: Models.dense(
        "child", widths: [64, 96, 96, 16], seed: 3,
        replacing: [2: random.matrix(96, 16, deviation: 0.1)]),
      from: Models.dense("base", widths: [64, 96, 96, 16], seed: 3))
    #expect(changes == [.headReplaced: [.tensors: .texts(["dense_2/kernel"])]])
  }

  /// The head of a tied model is its embedding, which was trained on in the child by itself.
  @Test func headReplacedIsNotSeenWhereATiedHeadWasWrittenOut() async throws {
    var tied = base
    tied.head = nil
    var child = base.trained(0.1, seed: 4)
    child.head = tied.trained(0.1, seed: 5).embedding
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [tied.checkpoint("base")])
    #expect(judgement.changes[.headReplaced] == nil)
    let modification = try #require(judgement.parents.first?.modification)
    #expect(modification.new == 0)
    #expect(modification.derivedShare > 0.9)
  }

  @Test func headReplacedIsSeenBesideATiedParent() async throws {
    var tied = base
    tied.head = nil
    let changes = try await Models.changes(
      of: base.checkpoint("child"), from: tied.checkpoint("base"))
    #expect(changes == [.headReplaced: [.tensors: .texts(["lm_head.weight"])]])
  }

  @Test func headReplacedIsNotSeenWhereTheHeadWasTrainedOn() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.5, seed: 4) { $0.part == "lm_head" }.checkpoint("child"),
      from: base.checkpoint("base"))
    #expect(changes[.headReplaced] == nil)
  }
}
