import Compare
import Fingerprint
import Judge
import TestSupport
import Testing

/// One entry silences one finding, until its day.
@Suite struct AcceptedFindingTests {
  private let base = Models.base()
  private let other = Models.base(seed: 5)

  /// A merge with two undeclared parents, and a policy that accepts something of it.
  private func judge(_ entries: (String) throws -> [AcceptedFinding]) async throws -> [Finding] {
    try await judgement(entries).findings
  }

  private func judgement(
    _ entries: (String) throws -> [AcceptedFinding]
  ) async throws -> Judgement {
    let comparison = try await Models.compare(
      base.combined(0.5, other, 0.5).checkpoint("merge"),
      with: [base.checkpoint("base"), other.checkpoint("other")])
    let digest = comparison.subject.identity.digest
    return Judge(policy: Policy(accepted: try entries(digest))).judge(comparison)
  }

  private func entry(
    _ subject: String, reference: String? = nil, code: FindingCode = .undeclaredParent
  ) throws -> AcceptedFinding {
    AcceptedFinding(
      code: code, subject: subject, reference: reference, reason: "agreed",
      expires: try #require(CalendarDate("2026-12-31")))
  }

  private func accepted(_ findings: [Finding]) -> [DetailValue?] {
    findings.filter { $0.accepted != nil }.map { $0.evidence[.reference] }
  }

  @Test func entryAcceptsTheFindingOfItsReference() async throws {
    let findings = try await judge { [try entry($0, reference: "other")] }
    #expect(accepted(findings) == [.text("other")])
    #expect(findings.filter { $0.code == .undeclaredParent }.count == 2)
    #expect(findings.compactMap(\.accepted?.reason) == ["agreed"])
  }

  @Test func entryThatCouldMeanSeveralAcceptsNone() async throws {
    #expect(accepted(try await judge { [try entry($0)] }).isEmpty)
  }

  @Test func entryWithoutAReferenceAcceptsTheOnlyFindingOfItsCode() async throws {
    let findings = try await judge { [try entry($0, code: .mergedWeights)] }
    #expect(findings.filter { $0.accepted != nil }.map(\.code) == [.mergedWeights])
  }

  @Test func otherWeightsAreAnotherDecision() async throws {
    let findings = try await judge { digest in
      let reversed = String(digest.reversed())
      return [try entry(reversed, reference: "base"), try entry(digest, reference: "nobody")]
    }
    #expect(accepted(findings).isEmpty)
  }

  @Test func entriesThatMeanNoFindingAreUnused() async throws {
    let judgement = try await judgement { digest in
      [
        try entry(digest, code: .licenceConflict),
        try entry(digest, reference: "base", code: .obfuscatedWeights),
      ]
    }
    #expect(judgement.unusedAcceptances.map(\.code) == [.licenceConflict, .obfuscatedWeights])
    #expect(accepted(judgement.findings).isEmpty)
  }

  /// Those that mean a finding, that might mean several, that are about other weights, or about a
  /// reference that this corpus lacks.
  @Test func otherEntriesAreNotCalledUnused() async throws {
    let judgement = try await judgement { digest in
      [
        try entry(digest, reference: "base"), try entry(digest),
        try entry(digest, code: .mergedWeights),
        try entry(String(digest.reversed()), code: .licenceConflict),
        try entry(digest, reference: "elsewhere"),
      ]
    }
    #expect(judgement.unusedAcceptances.isEmpty)
  }

  @Test(
    arguments: [
      ("2026-12-30", false), ("2026-12-31", false), ("2027-01-01", true),
    ])
  func acceptedFindingStopsTheGateAfterItsDay(today: String, stops: Bool) throws {
    let day = try #require(CalendarDate("2026-12-31"))
    let finding = Finding(
      .parentNotAllowed(reference: "a", allowed: []), level: .error, location: "",
      accepted: Acceptance(reason: "agreed", expires: day))
    let gate = Gate(failOn: .error, today: try #require(CalendarDate(today)))
    #expect(gate.counts(finding) == stops)
  }

  @Test(
    arguments: [
      (.error, [.error]), (.warning, [.warning, .error]), (.info, [.info, .warning, .error]),
      (.none, []),
    ] as [(Policy.FailLevel, [Finding.Level])])
  func gateStopsAtItsLevelAndAbove(level: Policy.FailLevel, stopping: [Finding.Level]) throws {
    let gate = Gate(failOn: level, today: try #require(CalendarDate("2026-01-01")))
    let found = Finding.Level.allCases.filter {
      gate.counts(Finding(.lowCoverage(0), level: $0, location: ""))
    }
    #expect(found == stopping)
  }
}
