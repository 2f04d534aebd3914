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

  /// How weights stand beside a stranger, so that no name tells their part.
  enum Hiding: CaseIterable {
    case constants, wholeNumbers, smallPieces, kernels

    func tensor(_ index: Int, _ random: inout ModelRandom) -> Tensor {
      switch self {
      case .constants:
        Tensor(
          "model.layers.\(index).self_attn.rotary_emb.inv_freq", [64, 64],
          random.matrix(64, 64, deviation: 0.1).floats)
      case .wholeNumbers:
        Tensor(
          name: "part.\(index).weight", elementType: .int16, shape: [64, 64],
          storage: MemoryStorage((0..<8192).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ index) }))
      case .smallPieces:
        Tensor("part.\(index).weight", [16, 64], random.matrix(16, 64, deviation: 0.1).floats)
      case .kernels:
        Tensor(
          "part.\(index).weight", [64, 24, 3], random.matrix(64, 72, deviation: 0.1).floats)
      }
    }
  }

  /// A copy that was cut and called so would not be seen, and a language model beside it does not change that.
  @Test(arguments: Hiding.allCases, [true, false])
  func roomForACopyIsNotClearedByWhatStandsBesideIt(
    hiding: Hiding, hasRoom: Bool
  ) async throws {
    var subject = Models.anchored(seed: 2).checkpoint("subject")
    let reference = victim.checkpoint("victim")
    let size = reference.tensors.reduce(0) { $0 + $1.elementCount }
    var (random, hidden) = (ModelRandom(seed: 8), 0)
    while hidden < (hasRoom ? size : size / 4) {
      let tensor = hiding.tensor(subject.tensors.count, &random)
      hidden += tensor.elementCount
      subject.tensors.append(tensor)
    }
    let judgement = try await Models.judge(subject, against: [reference])
    #expect(judgement.parents.isEmpty)
    #expect(judgement.verdict.relation == (hasRoom ? .inconclusive : .noEvidence))
    if hasRoom, case .undescribed(let share) = judgement.verdict.statement {
      #expect(share > 0.45 && share < 0.6)
    } else {
      #expect(!hasRoom)
    }
    // What has no room for a copy is told all the same.
    let told = judgement.findings.filter {
      if case .undescribedPart = $0.fact { true } else { false }
    }
    #expect(told.map(\.level) == (hasRoom ? [] : [.info]))
  }

  /// A stranger, and tensors of another model's layers under the names of a tower for pictures.
  private func beside(
    _ hidden: ModelWeights, adding rows: Int = 0, layers: Int = 2
  ) -> Checkpoint {
    var subject = Models.anchored(seed: 2).checkpoint("subject")
    let (prefix, place) = ("model.layers.", "vision_tower.vision_model.encoder.layers.")
    for tensor in hidden.checkpoint("hidden").tensors
    where tensor.name.hasPrefix(prefix) && tensor.shape.count == 2 {
      let rest = tensor.name.dropFirst(prefix.count)
      guard rest.first?.wholeNumberValue.map({ $0 < layers }) ?? false else { continue }
      var random = ModelRandom(seed: UInt64(subject.tensors.count))
      let shape = tensor.shape.map { $0 + rows }
      subject.tensors.append(
        Tensor(
          place + rest.replacing("o_proj", with: "out_proj"), shape,
          random.matrix(shape[0], shape[1], deviation: 0.1).floats))
    }
    return subject
  }

  /// A tower reads no tokens, so that a language model in another basis would not be seen in its place; nor would it
  /// with some units more.
  @Test(arguments: [(0, 2, true), (6, 2, true), (32, 2, false), (0, 1, true), (0, 0, false)])
  func roomForACopyAmongOtherPartsIsTold(
    rows: Int, layers: Int, hasRoom: Bool
  ) async throws {
    let subject = beside(victim, adding: rows, layers: layers)
    let judgement = try await Models.judge(subject, against: [victim.checkpoint("victim")])
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(
      judgement.finding(.inconclusive)?.fact
        == (hasRoom ? .blindToOrder(references: ["victim"]) : nil))
    #expect(judgement.limits.contains(.unanchoredParts(names: ["victim"])) == hasRoom)
  }

  /// What a declared parent leaves is not cleared by it.
  @Test func roomForACopyBesideAParentIsTold() async throws {
    let judgement = try await Models.judge(
      beside(victim),
      against: [victim.checkpoint("victim"), Models.anchored(seed: 2).checkpoint("base")])
    #expect(judgement.parents.map(\.reference) == ["base"])
    #expect(
      judgement.finding(.inconclusive)?.fact == .unanchoredPart(references: ["victim"]))
  }

  /// A reference with such a tower of its own has it there.
  @Test func partsThatTheReferenceHasItselfAreThese() async throws {
    var reference = beside(Models.anchored(seed: 4))
    reference.name = "reference"
    reference.tensors = reference.tensors.map { tensor in
      var random = ModelRandom(seed: UInt64(tensor.name.utf8.count))
      return tensor.shape.count == 2
        ? Tensor(
          tensor.name, tensor.shape,
          random.matrix(tensor.shape[0], tensor.shape[1], deviation: 0.1).floats) : tensor
    }
    let judgement = try await Models.judge(beside(victim), against: [reference])
    #expect(judgement.parents.isEmpty)
    #expect(judgement.finding(.inconclusive) == nil)
  }

  /// A network without circuits may stand beside a language model, its units in another order.
  @Test(arguments: [true, false])
  func aNetworkBesideALanguageModelIsNotClearedByIt(hasShapes: Bool) async throws {
    var subject = Models.anchored(seed: 2).checkpoint("subject")
    let widths = hasShapes ? [48, 64, 64, 10] : [20, 30, 30, 10]
    subject.tensors += Models.dense("hidden", widths: widths, seed: 5).tensors
    let judgement = try await Models.judge(
      subject,
      against: [
        Models.anchored(seed: 3).checkpoint("other"),
        Models.dense("dense", widths: [48, 64, 64, 10], seed: 6),
      ])
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(
      judgement.finding(.inconclusive)?.fact
        == (hasShapes ? .blindToOrder(references: ["dense"]) : nil))
  }

  /// Generic names call kernels what they are, wherever they stand.
  @Test func kernelsAmongTheLayersOfALanguageModelTellNoPart() async throws {
    var subject = Models.anchored(seed: 2).checkpoint("subject")
    var random = ModelRandom(seed: 8)
    for index in 0..<4 { subject.tensors.append(Hiding.kernels.tensor(index, &random)) }
    var fingerprint = try await Models.fingerprint(subject)
    let component = try #require(fingerprint.circuits.first?.component)
    for place in [component, "vision"] {
      for index in fingerprint.tensors.indices
      where fingerprint.tensors[index].name.hasPrefix("part.") {
        fingerprint.tensors[index].role = .convolutionKernel
        fingerprint.tensors[index].component = place
      }
      let pieces = Judgeability.undescribed(fingerprint).pieces
      #expect(pieces == (place == component ? 4 * 64 * 72 : 0))
    }
  }

  /// Folded to other shapes, what writes the residual stream lies across it.
  @Test func aMatrixAcrossTheStreamIsNotWhatItsNameSays() async throws {
    var subject = Models.anchored(seed: 2).checkpoint("subject")
    let plain = Judgeability.undescribed(try await Models.fingerprint(subject))
    #expect(plain.matrices == 0)
    var random = ModelRandom(seed: 5)
    subject.tensors = subject.tensors.map { tensor in
      guard tensor.name.contains("down_proj") else { return tensor }
      return Tensor(tensor.name, [96, 64], random.matrix(96, 64, deviation: 0.1).floats)
    }
    let turned = Judgeability.undescribed(try await Models.fingerprint(subject))
    #expect(turned.matrices == 2)
    #expect(turned.parameters == 2 * 96 * 64)
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
