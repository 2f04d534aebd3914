import Compare
import Judge
import Load
import TestSupport
import Testing

/// The relation of a subject to its references.
@Suite struct RelationTests {
  private let first = Models.base(seed: 1)
  private let second = Models.base(seed: 2)
  private let third = Models.base(seed: 3)

  private func references(_ models: [String: ModelWeights]) -> [Checkpoint] {
    models.sorted { $0.key < $1.key }.map { $0.value.checkpoint($0.key) }
  }

  @Test func identicalIsEveryByteInItsPlace() async throws {
    let judgement = try await Models.judge(
      first.checkpoint("copy"), against: references(["a": first, "b": second]))
    #expect(judgement.verdict.relation == .identical)
    #expect(judgement.parents.map(\.reference) == ["a"])
    #expect(judgement.parents.first?.modification?.unchanged == 1)
    #expect(judgement.parents.first?.modification?.novelty == 0)
    #expect(judgement.components.allSatisfy { $0.relation == .identical && $0.reference == "a" })
  }

  @Test func aGateAndAnUpProjectionThatChangedPlacesAreNotIdentical() async throws {
    var turned = first
    turned.layers[1].gate = first.layers[1].up
    turned.layers[1].up = try #require(first.layers[1].gate)
    let judgement = try await Models.judge(
      turned.checkpoint("child"), against: references(["a": first]))
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.map(\.reference) == ["a"])
  }

  @Test func oneChangedTensorIsNotIdentical() async throws {
    let judgement = try await Models.judge(
      first.trained(0.01, seed: 4) { $0.part == "o_proj" && $0.layer == 1 }.checkpoint("child"),
      against: references(["a": first]))
    #expect(judgement.verdict.relation == .related)
  }

  @Test(arguments: [0.02, 0.3, 1.0])
  func derivedHasTheOneParentItWasTrainedFrom(share: Double) async throws {
    let judgement = try await Models.judge(
      first.trained(share, seed: 4).checkpoint("child"),
      against: references(["a": first, "b": second, "c": third]))
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.map(\.reference) == ["a"])
    #expect(judgement.parents.first?.coefficient == nil)
    #expect(judgement.candidates.map(\.relation) == [.related, .noEvidence, .noEvidence])
    let derived = try #require(judgement.parents.first?.modification?.derivedShare)
    #expect(abs(derived - 1 / (1 + share * share)) < 0.05)
  }

  @Test func weightsThatCannotBeReadAgainTakeNoVerdictAway() async throws {
    var comparison = try await Models.compare(
      first.trained(0.2, seed: 4).checkpoint("child"), with: references(["a": first]))
    let before = Judge().judge(comparison)
    comparison.references[0].recoveryProblem = "a.safetensors: became shorter"
    let after = Judge().judge(comparison)
    #expect(after.verdict.relation == .related)
    #expect(after.verdict.log10P == before.verdict.log10P)
    #expect(after.parents.map(\.reference) == ["a"])
    #expect(after.findings == before.findings)
    let limit = Limit.recoveryFailed(reference: "a", problem: "a.safetensors: became shorter")
    #expect(after.limits.contains(limit) && !before.limits.contains(limit))
  }

  @Test func partialNamesTheUnitsThatWereTakenOver() async throws {
    let first = first.trained(0.7, seed: 8)
    let judgement = try await Models.judge(
      second.grafting(first, layers: 1..<3).checkpoint("child"),
      against: references(["a": first, "c": third]))
    #expect(judgement.verdict.relation == .partial)
    #expect(judgement.parents.map(\.reference) == ["a"])
    #expect(
      judgement.changes[.componentGraft] == [.units: .texts(["decoder.1", "decoder.2"])])
    #expect(judgement.layers.map(\.reference) == [nil, "a", "a", nil])
  }

  @Test func partialIsAlsoASingleLayerOfMany() async throws {
    let deep = Models.base(seed: 5, layers: 8)
    // Numbers as they were drawn would show a common seed at most.
    let other = Models.base(seed: 6, layers: 8).trained(0.7, seed: 7)
    let judgement = try await Models.judge(
      deep.grafting(other, layers: 4..<5).checkpoint("child"), against: [other.checkpoint("a")])
    #expect(judgement.verdict.relation == .partial)
    #expect(judgement.changes[.componentGraft] == [.units: .texts(["decoder.4"])])
  }

  @Test func partialIsAlsoABorrowedEmbedding() async throws {
    var child = second
    child.embedding = first.embedding
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: references(["a": first]))
    #expect(judgement.verdict.relation == .partial)
    #expect(judgement.components.first { $0.name == "embedding" }?.reference == "a")
    #expect(judgement.components.first { $0.name == "decoder" }?.relation == .noEvidence)
  }

  @Test func mergedOfTwoTellsTheCoefficientsAndLeavesTheThirdOut() async throws {
    let judgement = try await Models.judge(
      first.combined(0.6, second, 0.4).checkpoint("merge"),
      against: references(["a": first, "b": second, "decoy": third]))
    #expect(judgement.verdict.relation == .merged)
    #expect(judgement.parents.map(\.reference) == ["a", "b"])
    #expect(judgement.parents.map(\.relation) == [.merged, .merged])
    expect(judgement.parents.map(\.coefficient), near: [0.6, 0.4])
    #expect(judgement.changes == [.merge: [.parents: .integer(2)]])
    #expect(judgement.candidates.last?.reference == "decoy")
    #expect(judgement.candidates.last?.relation == .noEvidence)
  }

  @Test func mergedOfThreeTellsTheCoefficients() async throws {
    let merge = first.combined(0.5, second, 0.3).combined(1, third, 0.2)
    let judgement = try await Models.judge(
      merge.checkpoint("merge"),
      against: references(["a": first, "b": second, "c": third, "decoy": Models.base(seed: 4)]))
    #expect(judgement.verdict.relation == .merged)
    #expect(judgement.parents.map(\.reference) == ["a", "b", "c"])
    expect(judgement.parents.map(\.coefficient), near: [0.5, 0.3, 0.2])
  }

  @Test func mergeThatWasTrainedOnIsStillMerged() async throws {
    let judgement = try await Models.judge(
      first.combined(0.6, second, 0.4).trained(0.2, seed: 8).checkpoint("merge"),
      against: references(["a": first, "b": second, "decoy": third]))
    #expect(judgement.verdict.relation == .merged)
    expect(judgement.parents.map(\.coefficient), near: [0.6, 0.4])
  }

  @Test func layersOfTwoParentsArePutTogetherRatherThanMerged() async throws {
    let (first, second) = (first.trained(0.7, seed: 8), second.trained(0.7, seed: 9))
    let judgement = try await Models.judge(
      first.grafting(second, layers: 2..<4).checkpoint("frankenmerge"),
      against: references(["a": first, "b": second, "decoy": third]))
    #expect(judgement.verdict.relation == .merged)
    #expect(judgement.parents.map(\.reference) == ["a", "b"])
    #expect(judgement.parents.map(\.relation) == [.partial, .partial])
    #expect(
      judgement.changes == [
        .componentGraft: [
          .units: .texts(["decoder.0", "decoder.1", "embedding", "head"])
        ]
      ])
    #expect(judgement.layers.map(\.reference) == ["a", "a", "b", "b"])
  }

  @Test func mergeIsNotSeenInAFinetune() async throws {
    let judgement = try await Models.judge(
      first.trained(0.3, seed: 3).checkpoint("child"),
      against: references(["a": first, "b": second]))
    #expect(judgement.changes[.merge] == nil)
    #expect(judgement.changes[.componentGraft] == nil)
  }

  @Test func childOfOneOfTwoSiblingsIsNoMerge() async throws {
    let (elder, younger) = (first.trained(0.3, seed: 21), first.trained(0.3, seed: 22))
    let judgement = try await Models.judge(
      elder.trained(0.1, seed: 23).checkpoint("child"),
      against: references(["elder": elder, "younger": younger]))
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.map(\.reference) == ["elder"])
    #expect(judgement.candidates.map(\.relation) == [.related, .related])
  }

  @Test func mergeOfTwoSiblingsIsMerged() async throws {
    let (elder, younger) = (first.trained(0.3, seed: 21), first.trained(0.3, seed: 22))
    let judgement = try await Models.judge(
      elder.combined(0.6, younger, 0.4).checkpoint("merge"),
      against: references(["elder": elder, "younger": younger]))
    #expect(judgement.verdict.relation == .merged)
    #expect(judgement.parents.map(\.reference) == ["elder", "younger"])
    expect(judgement.parents.map(\.coefficient), near: [0.6, 0.4])
  }

  @Test func parentIsTheNearestOfAChainOfReferences() async throws {
    let child = first.trained(0.2, seed: 31)
    let judgement = try await Models.judge(
      child.trained(0.2, seed: 32).checkpoint("grandchild"),
      against: references(["grandparent": first, "parent": child]))
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.map(\.reference) == ["parent"])
  }

  @Test func sharedInitialisationIsAllThatTwoTrainingsOfOneStartHaveInCommon() async throws {
    let judgement = try await Models.judge(
      first.trained(1.5, seed: 11).checkpoint("one"),
      against: references(["other": first.trained(1.5, seed: 12)]))
    #expect(judgement.verdict.relation == .sharedInitialisation)
    #expect(judgement.parents.map(\.relation) == [.sharedInitialisation])
    #expect(judgement.changes.isEmpty)
  }

  @Test(arguments: 50..<58)
  func strangersOfOneArchitectureHaveNoEvidence(seed: Int) async throws {
    let judgement = try await Models.judge(
      Models.base(seed: UInt64(seed)).checkpoint("subject"),
      against: references(["a": first, "b": second, "c": third]))
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(judgement.parents.isEmpty)
    #expect(judgement.candidates.count == 3)
    #expect(judgement.candidates.allSatisfy { $0.relation == .noEvidence })
  }

  @Test func modelsOfOtherShapesAreInconclusive() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [40, 72, 24], seed: 4), against: references(["a": first]))
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.parents.isEmpty)
    #expect(judgement.candidates.map(\.relation) == [.inconclusive])
    #expect(judgement.components.allSatisfy { $0.relation == .inconclusive })
    #expect(
      judgement.limits.contains {
        if case .otherShapes(_, let names) = $0 { names == ["a"] } else { false }
      })
  }

  /// A copy of what was read would have four bytes a number at most.
  @Test(arguments: [
    (LoadProblem.Kind.unreadWeights, 1 << 30, Relation.inconclusive),
    (.unreadWeights, 1 << 20, .noEvidence), (.part, 0, .inconclusive),
    (.metadata, 1 << 30, .noEvidence),
  ])
  func nothingIsSaidOfAModelOfWhichMostWasNotRead(
    kind: LoadProblem.Kind, bytes: Int, expected: Relation
  ) async throws {
    var checkpoint = first.checkpoint("subject")
    var problem = LoadProblem(kind, "model.msgpack", "is not read")
    problem.byteCount = bytes
    checkpoint.problems = [problem]
    let judgement = try await Models.judge(checkpoint, against: references(["a": third]))
    #expect(judgement.verdict.relation == expected)
    #expect((judgement.verdict.statement == .mostlyUnread) == (expected == .inconclusive))
    #expect(judgement.candidates.map(\.relation) == [expected])
    let copy = try await Models.judge(checkpoint, against: references(["a": first]))
    #expect(copy.verdict.relation == .identical)
  }

  @Test func shardsThatWereNotReadCountTogether() async throws {
    var checkpoint = first.checkpoint("subject")
    checkpoint.problems = (1...3).map { number in
      var problem = LoadProblem(.unreadWeights, "weights_\(number).msgpack", "is not read")
      problem.byteCount = 1 << 23
      return problem
    }
    let many = try await Models.judge(checkpoint, against: references(["a": third]))
    #expect(many.verdict.relation == .inconclusive)
    checkpoint.problems.removeLast(2)
    let one = try await Models.judge(checkpoint, against: references(["a": third]))
    #expect(one.verdict.relation == .noEvidence)
  }

  @Test func noReferencesAreInconclusive() async throws {
    let judgement = try await Models.judge(first.checkpoint("subject"), against: [])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.verdict.log10P == 0)
    #expect(judgement.candidates.isEmpty)
  }

  @Test func singleMatrixIsInconclusive() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [64, 48], seed: 4),
      against: [Models.dense("a", widths: [64, 48], seed: 5)])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.limits.contains(.fewMatrices))
  }

  /// Independent trainings of a convex model end at the same weights.
  @Test func alikeSingleMatricesAreInconclusive() async throws {
    var random = ModelRandom(seed: 3)
    let matrix = random.matrix(64, 48, deviation: 0.1)
    let near = matrix.combined(1, random.matrix(64, 48, deviation: 0.01), 1)
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [64, 48], seed: 4, replacing: [0: matrix]),
      against: [Models.dense("a", widths: [64, 48], seed: 5, replacing: [0: near])])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.parents.isEmpty)
  }

  @Test func equalSingleMatricesAreIdentical() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [64, 48], seed: 4),
      against: [Models.dense("a", widths: [64, 48], seed: 4)])
    #expect(judgement.verdict.relation == .identical)
    #expect(judgement.parents.map(\.reference) == ["a"])
  }

  /// Equal bytes need no statistics, for which these models are too small.
  @Test func equalTinyModelsAreIdentical() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [5, 6, 4], seed: 4),
      against: [
        Models.dense("a", widths: [5, 6, 4], seed: 4),
        Models.dense("b", widths: [5, 6, 4], seed: 5),
      ])
    #expect(judgement.verdict.relation == .identical)
    #expect(judgement.parents.map(\.reference) == ["a"])
  }

  /// Zeros of equal shape are what every initialisation holds.
  @Test func equalConstantsAreInconclusive() async throws {
    let zeros = ModelMatrix(rows: 64, columns: 64) { _, _ in 0 }
    func model(_ name: String) -> Checkpoint {
      Models.dense(name, widths: [64, 64, 64], seed: 1, replacing: [0: zeros, 1: zeros])
    }
    let judgement = try await Models.judge(model("subject"), against: [model("a")])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.parents.isEmpty)
  }

  private func expect(
    _ coefficients: [Double?], near expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(coefficients.count == expected.count, sourceLocation: sourceLocation)
    for (found, wanted) in zip(coefficients, expected) {
      #expect(abs((found ?? 0) - wanted) < 0.02, sourceLocation: sourceLocation)
    }
  }
}
