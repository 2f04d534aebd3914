import Compare
import Fingerprint
import Judge
import Load
import TestSupport
import Testing

/// The findings of the stage digits 1, 5 and 6: the input, tampering and the inspection itself.
@Suite struct InspectionFindingTests {
  private let base = Models.base()

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func valuesThatAreNoNumbersAreCounted(value: Double) async throws {
    var broken = base.trained(0.1, seed: 2)
    broken.layers[1].up[3, 4] = value
    broken.layers[2].query[0, 0] = value
    broken.layers[2].query[0, 1] = value
    let judgement = try await Models.judge(
      broken.checkpoint("child"), against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.notFiniteValues))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.values] == .integer(3))
    #expect(
      finding.evidence[.tensors]
        == .texts([
          "model.layers.1.mlp.up_proj.weight", "model.layers.2.self_attn.q_proj.weight",
        ]))
    #expect(judgement.verdict.relation == .related)
    #expect((judgement.parents.first?.modification?.derivedShare ?? 0) > 0.95)
  }

  @Test func finiteValuesAreNoFinding() async throws {
    let judgement = try await Models.judge(
      base.trained(0.1, seed: 2).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.notFiniteValues) == nil)
  }

  @Test(arguments: [
    (LoadProblem.Kind.dangerousPickle, Finding.Level.error), (.callingPickle, .warning),
    (.namingPickle, .info),
  ])
  func aPickleIsJudgedByWhatItWouldRun(kind: LoadProblem.Kind, level: Finding.Level) async throws {
    var child = base.trained(0.1, seed: 2).checkpoint("child")
    child.problems.append(
      LoadProblem(kind, "child.bin", "calls 'os.system' (REDUCE at byte 41)"))
    let judgement = try await Models.judge(child, against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.unsafePickle))
    #expect(finding.level == level)
    #expect(finding.evidence[.files] == .texts(["child.bin"]))
    #expect(finding.evidence[.problems] == .texts(["calls 'os.system' (REDUCE at byte 41)"]))
    // The verdict is that of the weights.
    #expect(judgement.verdict.relation == .related)
  }

  @Test func weightsWithoutAPickleAreNoSuchFinding() async throws {
    let judgement = try await Models.judge(
      base.trained(0.1, seed: 2).checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.unsafePickle) == nil)
  }

  @Test func lowCoverageIsAWarning() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [40, 72, 24], seed: 4), against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.lowCoverage))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.coverage] == .number(0))
  }

  @Test func coverageIsThatOfTheReferenceThatComparesBest() async throws {
    let judgement = try await Models.judge(
      base.trained(0.1, seed: 2).checkpoint("child"),
      against: [
        base.checkpoint("base"), Models.dense("other", widths: [40, 72, 24], seed: 4),
      ])
    #expect(judgement.finding(.lowCoverage) == nil)
  }

  @Test func everyDamagedReferenceIsAWarning() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("base"), against: [base.checkpoint("base")],
      damaged: ["a.safetensors: cut short", "b.h5: no such type"])
    let found = judgement.findings.filter { $0.code == .corpusDamaged }
    #expect(found.map(\.level) == [.warning, .warning])
    #expect(
      found.map(\.fact) == [
        .corpusDamaged(problem: "a.safetensors: cut short"),
        .corpusDamaged(problem: "b.h5: no such type"),
      ])
  }

  @Test func soundCorpusIsNoFinding() async throws {
    let judgement = try await Models.judge(
      base.checkpoint("base"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.corpusDamaged) == nil)
  }

  /// Two strangers of dense layers: only the numbers in place can be compared.
  private func dense(
    _ policy: Policy.Inconclusive, references: Int = 1
  ) async throws -> Judgement {
    let widths = [48, 64, 64, 10]
    let comparison = try await Models.compare(
      Models.dense("subject", widths: widths, seed: 1),
      with: (0..<references).map {
        Models.dense("reference-\($0)", widths: widths, seed: UInt64(2 + $0))
      })
    return Judge(policy: Policy(inconclusive: policy)).judge(comparison)
  }

  @Test(
    arguments: [
      (.stop, .info), (.warn, .warning), (.fail, .error), (.pass, nil),
    ] as [(Policy.Inconclusive, Finding.Level?)])
  func whereNoReorderedCopyWouldBeSeenThePolicyDecides(
    policy: Policy.Inconclusive, level: Finding.Level?
  ) async throws {
    let judgement = try await dense(policy, references: 2)
    #expect(judgement.verdict.relation == .noEvidence)
    let finding = judgement.finding(.inconclusive)
    #expect(finding?.level == level)
    if let finding {
      #expect(finding.evidence[.references] == .texts(["reference-0", "reference-1"]))
    }
    #expect(judgement.limits.contains(.blindToOrder(names: ["reference-0", "reference-1"])))
  }

  /// What hides under names that tell nothing is not cleared by a declared parent beside it.
  @Test(arguments: [(32, nil), (256, .info)] as [(Int, Finding.Level?)])
  func whatParentsLeaveUndescribedIsNotCleared(
    width: Int, level: Finding.Level?
  ) async throws {
    let base = Models.anchored(seed: 6)
    var subject = base.checkpoint("subject")
    var random = ModelRandom(seed: 3)
    subject.tensors += (0..<3).map { index in
      Tensor(
        "part.thing\(index).weight", [width, width],
        random.matrix(width, width, deviation: 0.1).floats)
    }
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(judgement.parents.map(\.reference) == ["base"])
    let finding = judgement.finding(.inconclusive)
    #expect(finding?.level == level)
    if case .undescribedRest(let share)? = finding?.fact {
      #expect(share > Calibration.inconclusiveCoverage)
    } else {
      #expect(finding == nil)
    }
  }

  /// Less of it is told, and stops nothing.
  @Test(arguments: [(16, false), (64, true), (256, false)])
  func lessThatParentsLeaveUndescribedIsTold(width: Int, isTold: Bool) async throws {
    let base = Models.anchored(seed: 6)
    var subject = base.checkpoint("subject")
    var random = ModelRandom(seed: 3)
    subject.tensors += (0..<3).map { index in
      Tensor(
        "part.thing\(index).weight", [width, width],
        random.matrix(width, width, deviation: 0.1).floats)
    }
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    let told = judgement.findings.filter {
      if case .undescribedPart = $0.fact { true } else { false }
    }
    #expect(told.map(\.level) == (isTold ? [.info] : []))
    #expect(told.allSatisfy { $0.evidence[.matrices] == .integer(3) })
  }

  /// An embedding that is a reference's, turned, is not cleared by a declared parent beside it.
  @Test(arguments: [true, false])
  func anEmbeddingOfAnotherReferenceIsNotClearedByAParent(isAnothers: Bool) async throws {
    let base = Models.anchored(seed: 6)
    var subject = try await Models.fingerprint(base.checkpoint("subject"))
    let values = (0..<128).map { Float(1) / Float(1 + $0) }
    var other = try await Models.fingerprint(Models.anchored(seed: 7).checkpoint("other"))
    other.frame?.spectrum = isAnothers ? values : values.map { $0 * $0 }
    subject.spectra = [TableSpectrum(table: "table", passedOver: 0, values: values)]
    let references = [
      ("base", try await Models.fingerprint(base.checkpoint("base"))), ("other", other),
    ]
    let judgement = Judge().judge(
      Comparison(
        subject: subject,
        references: Comparer.compare(
          subject, with: references.map { (id: $0.0, fingerprint: $0.1) }, settlesEarly: false,
          threads: 1)))
    #expect(judgement.parents.map(\.reference) == ["base"])
    #expect(
      judgement.finding(.inconclusive)?.fact
        == (isAnothers ? .sharedSpectrum(references: ["other"]) : nil))
  }

  /// A vocabulary that the weights belie is named where descent was found without it.
  @Test(
    arguments: [(10, "base", true), (60, "base", false), (10, "stranger", false)]
      as [(Int, String, Bool)])
  func aVocabularyThatTheWeightsBelieIsNamed(
    agreeing: Int, reference: String, isNamed: Bool
  ) async throws {
    let base = Models.anchored(seed: 6)
    var subject = try await Models.fingerprint(base.checkpoint("subject"))
    let shown = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, $0) })
    subject.frame?.contradiction = VocabularyContradiction(
      file: "tokenizer.json", own: shown.mapValues { $0 < agreeing ? $0 : $0 + 1 }, shown: shown,
      reference: reference)
    let weights = reference == "base" ? base : Models.anchored(seed: 7)
    let other = try await Models.fingerprint(weights.checkpoint(reference))
    let judgement = Judge().judge(
      Comparison(
        subject: subject, references: [Comparer.compare(subject, with: other, id: reference)]))
    let finding = judgement.finding(.vocabularyContradictsWeights)
    #expect((finding != nil) == isNamed)
    if let finding {
      #expect(finding.level == .warning)
      #expect(finding.evidence[.count] == .integer(100))
      #expect(finding.evidence[.share] == .number(0.9))
    }
  }

  @Test func ofALanguageModelReorderedCopiesWouldBeSeen() async throws {
    let judgement = try await Models.judge(
      Models.anchored(seed: 6).checkpoint("subject"),
      against: [Models.anchored(seed: 7).checkpoint("base")])
    #expect(judgement.verdict.relation == .noEvidence)
    #expect(judgement.finding(.inconclusive) == nil)
    #expect(
      !judgement.limits.contains { if case .blindToOrder = $0 { true } else { false } })
  }
}
