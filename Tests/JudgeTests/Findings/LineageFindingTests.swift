import Judge
import TestSupport
import Testing

/// The findings of the stage digits 2 and 3: descent and its disclosure.
@Suite struct LineageFindingTests {
  private let base = Models.base()
  private var child: ModelWeights { base.trained(0.1, seed: 2) }
  private static let lineage: Set<FindingCode> = [
    .identicalWeights, .derivedWeights, .relatedWeights, .partiallyDerived, .mergedWeights,
    .sharedInitialisation,
  ]

  @Test(
    arguments: [
      (.identicalWeights, .info), (.derivedWeights, .info), (.relatedWeights, .info),
      (.partiallyDerived, .info),
      (.mergedWeights, .info), (.sharedInitialisation, .warning),
    ] as [(FindingCode, Finding.Level)])
  func everyRelationHasItsOwnFinding(code: FindingCode, level: Finding.Level) async throws {
    let other = Models.base(seed: 5)
    var references = [base.checkpoint("base")]
    let subject: ModelWeights
    switch code {
    case .identicalWeights: subject = base
    case .derivedWeights, .relatedWeights: subject = child
    case .partiallyDerived:
      let trained = base.trained(0.7, seed: 3)
      subject = other.grafting(trained, layers: 0..<2)
      references = [trained.checkpoint("base")]
    case .mergedWeights:
      subject = base.combined(0.5, other, 0.5)
      references.append(other.checkpoint("other"))
    default:
      subject = base.trained(1.5, seed: 11)
      references = [base.trained(1.5, seed: 12).checkpoint("base")]
    }
    let judgement = try await Models.judge(
      subject.checkpoint("subject"), against: references,
      declared: code == .derivedWeights ? ["base"] : [])
    let found = judgement.findings.filter { Self.lineage.contains($0.code) }
    #expect(found.map(\.code) == [code])
    #expect(found.map(\.level) == [level])
    #expect(
      found.first?.evidence[.references] == .texts(judgement.parents.map(\.reference)))
  }

  @Test func strangersHaveNoFindings() async throws {
    let judgement = try await Models.judge(
      Models.base(seed: 6).checkpoint("subject"), against: [base.checkpoint("base")])
    #expect(judgement.findings.isEmpty)
  }

  @Test func undeclaredParentIsAnError() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.undeclaredParent))
    #expect(finding.level == .error)
    #expect(finding.location == "child")
    #expect(finding.evidence[.reference] == .text("base"))
  }

  @Test(
    arguments: [
      "base", "BASE", "some-org/base", "some-org/Base", "base.safetensors", "some-org/base.h5",
    ])
  func parentThatTheCardDeclaresIsNoFinding(name: String) async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring([name]), against: [base.checkpoint("base")])
    #expect(judgement.findings.map(\.code) == [.derivedWeights])
    #expect(judgement.subject.declared.baseModels == [name])
    #expect(judgement.parents.first?.direction.value == .fromReference)
  }

  @Test(arguments: ["base", "some-org/base", "base.keras", "base.hdf5", "base.weights.h5"])
  func parentThatTheUserDeclaresIsNoFinding(name: String) async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")], declared: [name])
    #expect(judgement.findings.map(\.code) == [.derivedWeights])
  }

  @Test(arguments: ["base.safetensors", "base.weights.h5", "base.hdf5", "base.keras"])
  func declarationMeetsReferencesThatAreFiles(id: String) async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring(["some-org/base"]), against: [base.checkpoint(id)])
    #expect(judgement.finding(.undeclaredParent) == nil)
  }

  @Test(arguments: ["", "/", "base-2", "base/other", "bas"])
  func otherNamesDeclareNothing(name: String) async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring([name]), against: [base.checkpoint("base")])
    #expect(judgement.finding(.undeclaredParent) != nil)
  }

  @Test func copyOfTheReferenceOfTheSameNameIsNoUndeclaredParent() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("base"), against: [base.checkpoint("base")])
    #expect(judgement.findings.map(\.code) == [.identicalWeights])
  }

  @Test func copyUnderAnotherNameIsAnUndeclaredParent() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("ours"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.undeclaredParent)?.level == .error)
  }

  @Test func borrowingTheNameOfTheParentDeclaresNothing() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("base"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.undeclaredParent)?.level == .error)
  }

  @Test func everyUndeclaredParentOfAMergeIsNamed() async throws {
    let other = Models.base(seed: 5)
    let judgement = try await Models.judge(
      base.combined(0.5, other, 0.5).checkpoint("merge").declaring(["other"]),
      against: [base.checkpoint("base"), other.checkpoint("other")])
    let missing = judgement.findings.filter { $0.code == .undeclaredParent }
    #expect(missing.map { $0.evidence[.reference] } == [.text("base")])
  }

  @Test func sharedInitialisationNeedsNoDeclaration() async throws {
    let judgement = try await Models.judge(
      base.trained(1.5, seed: 11).checkpoint("one"),
      against: [base.trained(1.5, seed: 12).checkpoint("other")])
    #expect(judgement.finding(.undeclaredParent) == nil)
  }

  @Test func declaredParentOfWhichNothingIsFoundIsAWarning() async throws {
    let judgement = try await Models.judge(
      Models.base(seed: 6).checkpoint("subject").declaring(["some-org/base"]),
      against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.declaredParentNotFound))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.reference] == .text("base"))
  }

  @Test func declaredParentOutsideTheCorpusIsNotMissed() async throws {
    let judgement = try await Models.judge(
      Models.base(seed: 6).checkpoint("subject").declaring(["some-org/unknown"]),
      against: [base.checkpoint("base")])
    #expect(judgement.finding(.declaredParentNotFound) == nil)
  }

  @Test func declaredParentThatWasFoundIsNotMissed() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring(["base"]), against: [base.checkpoint("base")])
    #expect(judgement.finding(.declaredParentNotFound) == nil)
  }

  /// Without an outgroup nothing tells a child from a grandchild: the declared one accounts for both.
  @Test func declaredGrandparentIsNotMissed() async throws {
    let judgement = try await Models.judge(
      child.trained(0.1, seed: 3).checkpoint("grandchild").declaring(["base"]),
      against: [base.checkpoint("base"), child.checkpoint("child")])
    #expect(judgement.parents.map(\.reference) == ["base"])
    #expect(judgement.parents.first?.alternatives == ["child"])
    #expect(judgement.finding(.declaredParentNotFound) == nil)
    #expect(judgement.finding(.undeclaredParent) == nil)
  }

  /// Where nothing could be compared, nothing is missing.
  @Test func declaredParentOfOtherShapesIsNotMissed() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [40, 72, 24], seed: 4).declaring(["base"]),
      against: [base.checkpoint("base")])
    #expect(judgement.verdict.relation == .inconclusive)
    #expect(judgement.finding(.declaredParentNotFound) == nil)
  }
}
