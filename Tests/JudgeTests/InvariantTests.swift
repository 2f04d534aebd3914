import Judge
import Load
import TestSupport
import Testing

/// What holds of every judgement, whatever the models.
@Suite struct InvariantTests {
  private static let cases = (1...60).map { RandomCase(seed: $0) }

  @Test(arguments: cases)
  func everyJudgementIsConsistent(example: RandomCase) async throws {
    let (subject, references) = example.draw()
    let judgement = try await Models.judge(subject, against: references)
    expectProbabilities(judgement)
    expectParents(judgement)
    expectCandidates(judgement, references.map(\.name))
    judgement.parents.compactMap(\.modification).forEach(expectShares)
    expectDetails(judgement)
  }

  @Test(arguments: cases.prefix(6))
  func judgementsAreDeterministic(example: RandomCase) async throws {
    let (subject, references) = example.draw()
    let once = try await Models.judge(subject, against: references)
    let again = try await Models.judge(subject, against: references)
    expectEqual(once, again)
  }

  @Test func judgementsByCircuitsAreDeterministic() async throws {
    let base = Models.anchored(seed: 1)
    let subject = base.trained(0.3, seed: 2).checkpoint("subject")
    let once = try await Models.judge(subject, against: [base.checkpoint("base")])
    let again = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(once.parents.first?.circuits != nil)
    expectEqual(once, again)
  }

  @Test(arguments: cases.prefix(6))
  func orderOfTheReferencesDoesNotMatter(example: RandomCase) async throws {
    let (subject, references) = example.draw()
    let once = try await Models.judge(subject, against: references)
    let turned = try await Models.judge(subject, against: references.reversed())
    #expect(once.verdict.relation == turned.verdict.relation)
    #expect(once.verdict.log10P == turned.verdict.log10P)
    #expect(
      once.parents.map(\.modification?.derivedShare)
        == turned.parents.map(\.modification?.derivedShare))
  }

  /// To the last bit; dictionaries are compared as such, for their order is random.
  private func expectEqual(_ one: Judgement, _ other: Judgement) {
    #expect(String(describing: one.verdict) == String(describing: other.verdict))
    #expect(String(describing: one.candidates) == String(describing: other.candidates))
    #expect(String(describing: one.components) == String(describing: other.components))
    #expect(String(describing: one.layers) == String(describing: other.layers))
    #expect(String(describing: one.tensors) == String(describing: other.tensors))
    #expect(one.findings == other.findings)
    #expect(one.limits == other.limits)
    #expect(one.parents.count == other.parents.count)
    for (mine, theirs) in zip(one.parents, other.parents) {
      #expect(mine.changes == theirs.changes)
      #expect(mine.layerMap == theirs.layerMap)
      #expect(mine.direction == theirs.direction)
      #expect(mine.coefficient == theirs.coefficient)
      #expect(String(describing: mine.linear) == String(describing: theirs.linear))
      #expect(String(describing: mine.circuits) == String(describing: theirs.circuits))
      #expect(String(describing: mine.modification) == String(describing: theirs.modification))
    }
  }

  private func expectProbabilities(_ judgement: Judgement) {
    let values =
      [judgement.verdict.log10P] + judgement.parents.map(\.log10P)
      + judgement.candidates.map(\.log10P)
    for value in values { #expect(value.isFinite && value <= 0) }
  }

  private func expectParents(_ judgement: Judgement) {
    let silent = [Relation.noEvidence, .inconclusive].contains(judgement.verdict.relation)
    #expect(judgement.parents.isEmpty == silent)
    #expect((judgement.parents.count > 1) == (judgement.verdict.relation == .merged))
    for parent in judgement.parents {
      #expect((parent.coefficient != nil) == (judgement.parents.count > 1))
      #expect((parent.coefficient ?? 0) >= 0)
      #expect((0...1).contains(parent.linear.coverage))
      #expect((-1...1).contains(parent.linear.mean))
      #expect(parent.linear.z.isFinite)
      for pair in parent.layerMap { #expect((-1...1).contains(pair.similarity)) }
    }
    for component in judgement.components {
      #expect((component.reference == nil) == (component.derivedShare == nil))
      #expect((0...1).contains(component.derivedShare ?? 0))
    }
  }

  private func expectCandidates(_ judgement: Judgement, _ references: [String]) {
    let candidates = judgement.candidates
    #expect(candidates.map(\.reference).sorted() == references.sorted())
    for (stronger, weaker) in zip(candidates, candidates.dropFirst()) {
      #expect(stronger.log10P <= weaker.log10P)
    }
    for candidate in candidates {
      #expect((-1...1).contains(candidate.linearMean))
      #expect((-1...1).contains(candidate.circuitsMean ?? 0))
    }
  }

  private func expectShares(_ modification: Modification) {
    let shares = [
      modification.unchanged, modification.reencoded, modification.modified, modification.new,
    ]
    for share in shares + [modification.dropped, modification.novelty] {
      #expect((0...1).contains(share))
    }
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    #expect(modification.derivedShareLow >= 0)
    #expect(modification.derivedShareLow <= modification.derivedShare)
    #expect(modification.derivedShare <= modification.derivedShareHigh)
    #expect(modification.derivedShareHigh <= 1)
    #expect(abs(modification.derivedShare + modification.novelty - 1) < 1e-12)
    #expect(modification.relativeChange.isFinite && modification.relativeChange >= 0)
  }

  private func expectDetails(_ judgement: Judgement) {
    for layer in judgement.layers {
      #expect((-1...1).contains(layer.similarity))
      #expect((0...1).contains(layer.derivedShare))
      #expect((0...1).contains(layer.unchanged))
      #expect(layer.relativeChange.isFinite && layer.relativeChange >= 0)
    }
    #expect(judgement.tensors.count == judgement.subject.tensors)
    for tensor in judgement.tensors {
      #expect((-1...1).contains(tensor.cosine ?? 0))
      #expect((tensor.z ?? 0).isFinite)
      #expect((tensor.reference == nil) == (tensor.status == .new))
    }
  }
}
