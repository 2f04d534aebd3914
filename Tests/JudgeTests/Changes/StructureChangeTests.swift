import Judge
import Load
import TestSupport
import Testing

/// Changes of the network's structure.
@Suite struct StructureChangeTests {
  private let base = Models.base()

  @Test func vocabularyTellsTheNumbersOfTokens() async throws {
    let judgement = try await Models.judge(
      base.extended(by: 16, seed: 3).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(
      judgement.changes == [.vocabulary: [.from: .integer(128), .to: .integer(144)]])
    #expect(judgement.parents.first?.modification?.relativeChange == 0)
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func vocabularyThatShrankShowsNoDirection() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("child"), against: [base.extended(by: 16, seed: 3).checkpoint("base")])
    #expect(judgement.changes[.vocabulary] == [.from: .integer(144), .to: .integer(128)])
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func vocabularyIsNotSeenInEmbeddingsTrainedOn() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.2, seed: 3) { $0.layer == nil }.checkpoint("child"),
      from: base.checkpoint("base"))
    #expect(changes[.vocabulary] == nil)
  }

  @Test(arguments: [0, 0.1])
  func rowsOfZerosAreNamedAndTellNoDirection(share: Double) async throws {
    let padded = base.trained(share, seed: 5).padded(by: 16)
    let longer = try await Models.judge(
      padded.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(longer.changes[.vocabulary] != nil)
    let shorter = try await Models.judge(
      base.checkpoint("child"), against: [padded.checkpoint("base")])
    #expect(shorter.changes[.vocabulary] != nil)
    #expect(shorter.parents.first?.direction.value == .undirected)
  }

  @Test func widthPruneTellsNeuronsBeforeAndAfter() async throws {
    let judgement = try await Models.judge(
      base.keeping(neurons: (0..<96).filter { $0 % 4 != 0 }).checkpoint("child"),
      against: [base.checkpoint("base")])
    #expect(judgement.changes == [.widthPrune: [.feedForward: .integers([96, 72])]])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func widthPruneIsNotSeenInAModelThatGrew() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("child"),
      against: [base.keeping(neurons: Array(0..<64)).checkpoint("base")])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.changes[.widthPrune] == nil)
  }

  @Test func depthPruneTellsTheLayersLeftOut() async throws {
    let judgement = try await Models.judge(
      base.keeping(layers: [0, 1, 3]).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(
      judgement.changes == [
        .depthPrune: [.from: .integer(4), .to: .integer(3), .dropped: .integers([2])]
      ])
    #expect(judgement.parents.first?.layerMap.map(\.reference) == [0, 1, 3])
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  /// As Transformers names the layers of Segformer's stages, which it saves as others.
  @Test func layersThatNamesCountAnewAreNotLeftOut() async throws {
    let whole = base.checkpoint("base")
    let staged = whole.tensors.map { tensor in
      let name = tensor.name.replacing(/layers\.([0-9])/) { match in
        let layer = Int(match.output.1) ?? 0
        return "stages.\(layer / 2).blocks.\(layer % 2)"
      }
      return Tensor(
        name: name, elementType: tensor.elementType, shape: tensor.shape,
        storage: tensor.stored[0].storage)
    }
    let judgement = try await Models.judge(Checkpoint("child", tensors: staged), against: [whole])
    #expect(judgement.changes[.depthPrune] == nil)
    #expect(judgement.changes[.rename] != nil)
    #expect(judgement.parents.first?.modification?.dropped == 0)
  }

  @Test func aLayerWithoutANumberIsNotOneLeftOut() async throws {
    let child = base.mapMatrices { place, matrix in
      place.layer == 2 ? matrix.combined(.nan, matrix, 0) : matrix
    }
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.changes[.depthPrune] == nil)
    #expect(judgement.parents.map(\.reference) == ["base"])
    #expect(judgement.parents.first?.modification?.dropped == 0)
    #expect(judgement.finding(.notFiniteValues) != nil)
  }

  @Test func depthPruneIsNotSeenAmongStrangersOfOtherDepth() async throws {
    let mixed = Models.base(seed: 40, layers: 3)
    var child = mixed
    child.embedding = base.embedding
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.changes[.depthPrune] == nil)
  }

  @Test func depthUpscaleTellsTheLayersRepeated() async throws {
    let judgement = try await Models.judge(
      base.keeping(layers: [0, 1, 2, 1, 2, 3]).checkpoint("child"),
      against: [base.checkpoint("base")])
    #expect(
      judgement.changes == [
        .depthUpscale: [.from: .integer(4), .to: .integer(6), .repeated: .integers([1, 2])]
      ])
    #expect(judgement.parents.first?.layerMap.map(\.reference) == [0, 1, 2, 1, 2, 3])
  }

  @Test func depthUpscaleIsNotSeenWhereTheAddedLayersAreNew() async throws {
    let other = Models.base(seed: 12)
    var child = base
    child.layers += other.layers.prefix(2)
    child.sizes.layers = 6
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.changes[.depthUpscale] == nil)
    #expect(judgement.parents.first?.layerMap.map(\.reference) == [0, 1, 2, 3, nil, nil])
  }

  @Test(arguments: [[0, 1, 2, 3, 4], [0, 1, 4, 2, 3], [4, 0, 1, 2, 3]], [0, 0.1])
  func depthExtendTellsTheLayersThatAreNew(order: [Int], share: Double) async throws {
    var child = base
    child.layers += Models.base(seed: 12).layers.prefix(1)
    child = child.keeping(layers: order).trained(share, seed: 5)
    let place = try #require(order.firstIndex(of: 4))
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(
      judgement.changes[.depthExtend] == [
        .from: .integer(4), .to: .integer(5), .added: .integers([place]),
      ])
    #expect(judgement.changes[.depthUpscale] == nil)
    #expect(judgement.changes[.layerReorder] == nil)
    #expect(judgement.changes[.componentGraft] == nil)
    #expect(judgement.parents.first?.direction.value == .undirected)
    let shares = try #require(judgement.parents.first?.modification)
    // What a layer without a counterpart may hold unseen is in the interval.
    #expect(shares.derivedShareHigh > shares.derivedShare)
    #expect(shares.derivedShareHigh < 1)
  }

  @Test func depthExtendIsNotSeenWhereALayerWasReplaced() async throws {
    var child = base
    child.layers[3] = Models.base(seed: 12).layers[0]
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.changes[.depthExtend] == nil)
  }

  @Test(arguments: [0, 0.2])
  func layerReorderTellsTheLayersThatMoved(share: Double) async throws {
    let judgement = try await Models.judge(
      base.keeping(layers: [1, 0, 2, 3]).trained(share, seed: 3).checkpoint("child"),
      against: [base.checkpoint("base")])
    #expect(judgement.changes[.layerReorder] == [.layers: .integers([0, 1])])
    #expect(judgement.verdict.relation == .related)
  }

  @Test func layerReorderIsNotSeenInLayersThatStayed() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.5, seed: 3).checkpoint("child"), from: base.checkpoint("base"))
    #expect(changes[.layerReorder] == nil)
  }

  @Test func expertUpcycleCountsExpertsAndLayers() async throws {
    let judgement = try await Models.judge(
      base.upcycled("child", experts: 3, seed: 3), against: [base.checkpoint("base")])
    #expect(
      judgement.changes == [.expertUpcycle: [.experts: .integer(3), .layers: .integer(4)]])
    #expect(judgement.parents.first?.direction.value == .undirected)
  }

  @Test func expertUpcycleIsNotSeenBetweenMixturesOfExperts() async throws {
    let changes = try await Models.changes(
      of: base.trained(0.1, seed: 5).upcycled("child", experts: 3, seed: 3),
      from: base.upcycled("base", experts: 3, seed: 3))
    #expect(changes[.expertUpcycle] == nil)
    #expect(changes[.finetune] != nil)
  }
}
