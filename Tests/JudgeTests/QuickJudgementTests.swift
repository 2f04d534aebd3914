import Canonicalise
import Compare
import Fingerprint
import TestSupport
import Testing

@testable import Judge

/// What may be said when a hundredth of a model was read.
@Suite struct QuickJudgementTests {
  private static func look(_ weights: ModelWeights) async throws -> QuickLook {
    let model = try ArchitectureCatalogue.bundled().canonicalise(weights.checkpoint("suspect"))
    return try Fingerprinter(threads: 2).look(at: model)
  }

  private static func judge(
    _ subject: ModelWeights, against references: [ModelWeights], declared: [String] = []
  ) async throws -> Judgement {
    let look = try await look(subject)
    var fingerprints: [(id: String, fingerprint: ModelFingerprint)] = []
    for (index, reference) in references.enumerated() {
      let id = "reference-\(index)"
      fingerprints.append((id, try await Models.fingerprint(reference.checkpoint(id))))
    }
    let comparison = Comparison(
      subject: look.fingerprint,
      references: Comparer.compare(
        look.fingerprint, with: fingerprints, settlesEarly: false, threads: 2))
    return Judge(declared: declared).judge(comparison, look: look)
  }

  @Test func descentIsShownButNotMeasured() async throws {
    let parent = Models.anchored(seed: 1)
    let judgement = try await Self.judge(parent, against: [Models.anchored(seed: 2), parent])
    #expect(judgement.verdict.relation == .related)
    #expect(judgement.parents.map(\.reference) == ["reference-1"])
    let found = try #require(judgement.parents.first)
    #expect(found.modification == nil && found.changes.isEmpty && found.coefficient == nil)
    #expect(judgement.subject.digest == nil)
    #expect(judgement.finding(.undeclaredParent)?.level == .error)
    #expect(judgement.finding(.lowCoverage)?.level == .warning)
    #expect(judgement.limits.contains { if case .quickLook = $0 { true } else { false } })
  }

  @Test func circuitsShowThroughADisguise() async throws {
    let parent = Models.anchored(seed: 1)
    let judgement = try await Self.judge(
      parent.applying(.residualRotation, seed: 4), against: [parent])
    #expect(judgement.verdict.relation == .related)
    #expect(abs(judgement.parents.first?.linear.mean ?? 1) < 0.2)
  }

  @Test func whatIsDeclaredIsNoOffence() async throws {
    let parent = Models.anchored(seed: 1)
    let judgement = try await Self.judge(
      parent, against: [parent], declared: ["lab/reference-0"])
    #expect(judgement.verdict.relation == .derived)
    #expect(judgement.finding(.undeclaredParent) == nil)
  }

  @Test func strangersAreNotAccusedAndNotCleared() async throws {
    let judgement = try await Self.judge(
      Models.anchored(seed: 3), against: [Models.anchored(seed: 1), Models.anchored(seed: 2)])
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(judgement.parents.isEmpty)
    #expect(judgement.finding(.lowCoverage) != nil)
    #expect(judgement.findings.allSatisfy { $0.level < .error })
    #expect(judgement.verdict.statement == .quickNoDescent(.init(judgement.candidates)))
  }

  /// Independent trainings of such a model end at the same weights.
  @Test func modelsOfOneMatrixAreNotAccused() async throws {
    let checkpoint = Models.dense("regression", widths: [40, 30], seed: 1)
    let model = try ArchitectureCatalogue.bundled().canonicalise(checkpoint)
    let look = try Fingerprinter(threads: 1).look(at: model)
    let same = try await Models.fingerprint(checkpoint)
    let comparison = Comparison(
      subject: look.fingerprint,
      references: [Comparer.compare(look.fingerprint, with: same, id: "same")])
    let judgement = Judge().judge(comparison, look: look)
    #expect(judgement.verdict.relation == .inconclusive && judgement.parents.isEmpty)
    #expect(judgement.candidates.map(\.relation) == [.inconclusive])
  }

  /// Another network: nothing has the same shape, and there are no circuits.
  @Test func whatCannotBeComparedIsInconclusive() async throws {
    let look = try await Self.look(Models.anchored(seed: 3))
    let other = try await Models.fingerprint(Models.dense("mlp", widths: [30, 50, 40], seed: 1))
    let comparison = Comparison(
      subject: look.fingerprint,
      references: [Comparer.compare(look.fingerprint, with: other, id: "mlp")])
    #expect(Judge().judge(comparison, look: look).verdict.relation == .inconclusive)
  }
}
