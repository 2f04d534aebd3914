import Compare
import Load
import TestSupport
import Testing

@testable import Judge

/// SCM3001 in its grades: two children of one base, of which the corpus holds one.
@Suite struct KinshipGateTests {
  private let base = Models.base()
  private var child: ModelWeights { base.trained(0.1, seed: 2) }
  private var sibling: ModelWeights { base.trained(0.1, seed: 7) }

  private func judge(
    _ subject: Checkpoint, against references: [Checkpoint], isComparison: Bool = false
  ) async throws -> Judgement {
    var judge = Judge()
    judge.isComparison = isComparison
    return judge.judge(try await Models.compare(subject, with: references))
  }

  private func grounds(_ judgement: Judgement) -> Fact.UndeclaredParent.Grounds? {
    if case .undeclaredParent(let parent) = judgement.finding(.undeclaredParent)?.fact {
      parent.grounds
    } else {
      nil
    }
  }

  @Test func aSiblingThatDeclaresNothingIsAnErrorAndNoChild() async throws {
    let judgement = try await judge(
      child.checkpoint("child"), against: [sibling.checkpoint("sibling")])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.first?.direction.value == .undirected)
    #expect(judgement.finding(.undeclaredParent)?.level == .error)
    #expect(grounds(judgement) == .kinshipUndeclared)
  }

  @Test func aSiblingThatDeclaresTheAbsentBaseIsAWarning() async throws {
    let judgement = try await judge(
      child.checkpoint("child").declaring(["lab/base"]),
      against: [sibling.checkpoint("sibling")])
    #expect(judgement.finding(.undeclaredParent)?.level == .warning)
    #expect(grounds(judgement) == .unknownParents(["lab/base"]))
  }

  @Test func aSiblingWhoseCardNamesTheDeclaredBaseIsARemark() async throws {
    let judgement = try await judge(
      child.checkpoint("child").declaring(["lab/base"]),
      against: [sibling.checkpoint("sibling").declaring(["lab/base"])])
    #expect(judgement.finding(.undeclaredParent)?.level == .info)
    let direction = judgement.parents.first?.direction
    #expect(direction?.value == .commonAncestor && direction?.because == .corpus)
    #expect(direction?.via == "lab/base")
  }

  @Test func theModelThatAReferencesCardNamesIsItsParent() async throws {
    let judgement = try await judge(
      base.checkpoint("base"), against: [child.checkpoint("child").declaring(["lab/base"])])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.first?.direction.value == .toReference)
    #expect(judgement.finding(.undeclaredParent) == nil)
  }

  @Test func neitherOfTwoComparedModelsIsConvicted() async throws {
    let judgement = try await judge(
      base.checkpoint("base"), against: [child.checkpoint("child")], isComparison: true)
    #expect(judgement.finding(.undeclaredParent)?.level == .warning)
  }

  @Test func anOriginalOfTheCorpusIsTheParent() async throws {
    var comparison = try await Models.compare(
      child.checkpoint("child"), with: [base.checkpoint("base")])
    comparison.references[0].manifest = CorpusManifest.Entry(
      id: "base", file: "base", isOriginal: true)
    let judgement = Judge().judge(comparison)
    #expect(judgement.verdict.relation == .derived)
    #expect(judgement.parents.first?.direction.because == .corpus)
    #expect(grounds(judgement) == .nothingDeclared)
  }

  @Test func otherExplanationsAreWeighed() async throws {
    let judgement = try await judge(
      child.checkpoint("child"), against: [sibling.checkpoint("sibling")])
    #expect(
      judgement.explanations.map(\.standing) == [.open, .open, .open, .excluded])
    #expect(
      judgement.explanations.first { $0.kind == .commonAncestor }?.arguments == [.needsOutgroup])
  }

  @Test func relativesThatFitAsWellAreAlternatives() async throws {
    let judgement = try await judge(
      child.checkpoint("child"),
      against: [base.checkpoint("base"), sibling.checkpoint("sibling")])
    #expect(judgement.parents.count == 1)
    #expect(judgement.verdict.relation == .related)
    let named = judgement.parents.map(\.reference) + (judgement.parents.first?.alternatives ?? [])
    #expect(named.contains("base"))
    // There are more than two, and it is said what they are not.
    let ancestor = judgement.explanations.first { $0.kind == .commonAncestor }
    let wanted = ancestor?.arguments.last
    guard case .undecided(_, let relatives, let unread, _) = wanted else {
      Issue.record("\(String(describing: wanted))")
      return
    }
    #expect(relatives == 2)
    #expect(unread == 0)
  }
}
