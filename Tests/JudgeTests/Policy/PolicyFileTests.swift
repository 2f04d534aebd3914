import Foundation
import Judge
import TestSupport
import Testing

@Suite struct PolicyFileTests {
  private static let digest = String(repeating: "ab", count: 32)

  @Test func eitherSpellingOfLicencesWill() throws {
    let policy = try PolicyFile.parse("allowed-licenses: [mit]", file: "p.yml")
    #expect(policy.allowedLicences == ["mit"])
    #expect(throws: PolicyError.self) {
      try PolicyFile.parse("allowed-licenses: [mit]\nallowed-licences: [mit]", file: "p.yml")
    }
    #expect(FindingCode(named: "license-conflict") == .licenceConflict)
  }

  @Test func readsEverythingThatAPolicySays() throws {
    let policy = try PolicyFile.parse(
      """
      fail-on: warning
      declared: [lab/base]
      allowed-parents:
        - lab/base
        - other
      allowed-licences: [mit]
      inconclusive: fail
      accept:
        - code: SCM3001
          subject: \(Self.digest.uppercased())
          reference: base
          reason: agreed with the lab
          expires: 2026-12-31
        - {code: licence-conflict, subject: \(Self.digest), reason: "ours", expires: 2027-01-01}
      innovation:
        weights: {architecture: 0, weights: 1}
        components: {attention: 2.5}
      """, file: "p.yml")
    #expect(policy.failOn == .warning)
    #expect(policy.declared == ["lab/base"])
    #expect(policy.allowedParents == ["lab/base", "other"])
    #expect(policy.allowedLicences == ["mit"])
    #expect(policy.inconclusive == .fail)
    #expect(policy.accepted.map(\.code) == [.undeclaredParent, .licenceConflict])
    #expect(policy.accepted.map(\.subject) == [Self.digest, Self.digest])
    #expect(policy.accepted.map(\.reference) == ["base", nil])
    #expect(policy.accepted.map(\.reason) == ["agreed with the lab", "ours"])
    #expect(policy.accepted.map(\.expires.description) == ["2026-12-31", "2027-01-01"])
    #expect(policy.innovation?.architecture == 0)
    #expect(policy.innovation?.weights == 1)
    #expect(policy.innovation?.results == nil)
    #expect(policy.innovation?.components == ["attention": 2.5])
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "{}"])
  func emptyPolicyAsksNothing(text: String) throws {
    #expect(try PolicyFile.parse(text, file: "p.yml") == Policy())
  }

  private static func accept(_ change: (String, String)) -> String {
    """
    accept:
    - code: SCM3001
      subject: \(digest)
      reason: because
      expires: 2026-12-31
    """.replacing(change.0, with: change.1)
  }

  @Test(arguments: [
    ("fail_on: error", "unknown key 'fail_on'"), ("fail-on: never", "'never'"),
    ("fail-on: [error]", "no text"), ("declared: base", "no list"),
    ("declared: [[a]]", "no texts"), ("allowed-parents: {a: b}", "no list"),
    ("inconclusive: maybe", "'maybe'"), ("- a", "not a mapping"), ("a: [", "not YAML"),
    ("declared: &a [x]\nallowed-parents: *a", "line 2: uses YAML aliases"),
    ("fail-on: 'error\n", "line "), ("fail-on: error\n---\nfail-on: info\n", "2 documents"),
    ("innovation: {weight: {}}", "unknown key 'weight'"),
    ("innovation: {weights: {results: -1}}", "at least 0"),
    ("innovation: {weights: {results: many}}", "at least 0"),
    ("innovation: {components: {atention: 1}}", "unknown key 'atention'"),
    (accept(("SCM3001", "SCM9999")), "'SCM9999'"), (accept((digest, "abc")), "64 hexadecimal"),
    (accept((digest, String(repeating: "x", count: 64))), "64 hexadecimal"),
    (accept(("  reason: because\n", "")), "no reason"), (accept(("because", "")), "no text"),
    (accept(("  expires: 2026-12-31", "")), "no expires"),
    (accept(("2026-12-31", "2026-02-30")), "2026-02-30"),
    (accept(("2026-12-31", "31.12.2026")), "31.12.2026"),
    (accept(("reason", "cause")), "unknown key 'cause'"),
  ])
  func refusesWhatIsNoPolicy(text: String, reason: String) {
    let error = #expect(throws: PolicyError.self) { try PolicyFile.parse(text, file: "p.yml") }
    #expect(error?.description.contains(reason) == true)
    #expect(error?.description.hasPrefix("p.yml: ") == true)
  }

  @Test func textMayHaveTheSignsOfAnchors() throws {
    let text = """
      # legal & compliance said *yes*
      declared: [R&D/base, "a & b", &anchor c]
      """
    #expect(try PolicyFile.parse(text, file: "p.yml").declared == ["R&D/base", "a & b", "c"])
  }

  @Test func saysTheLineOfAnUnknownKey() {
    let error = #expect(throws: PolicyError.self) {
      try PolicyFile.parse("fail-on: error\n\ndeclare: []\n", file: "p.yml")
    }
    #expect(error?.message.hasPrefix("line 3: ") == true)
  }

  @Test func isFoundUpwardsAsFarAsTheRepository() throws {
    let folder = try TemporaryFolder()
    let inner = folder.path("repository/a/b")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
    let outside = try folder.write(Policy.fileName, text: "")
    #expect(PolicyFile.find(from: inner) == outside)
    try FileManager.default.createDirectory(
      atPath: folder.path("repository/.git"), withIntermediateDirectories: true)
    #expect(PolicyFile.find(from: inner) == nil)
    let own = try folder.write("repository/\(Policy.fileName)", text: "")
    #expect(PolicyFile.find(from: inner) == own)
    let nearest = try folder.write("repository/a/\(Policy.fileName)", text: "")
    #expect(PolicyFile.find(from: inner) == nearest)
  }

  @Test func missingFileIsAnError() {
    #expect(throws: PolicyError.self) { try PolicyFile.read(path: "/nowhere/p.yml") }
  }
}

@Suite struct CalendarDateTests {
  @Test(arguments: ["2026-12-31", "2024-02-29", "0001-01-01"])
  func readsDays(text: String) {
    #expect(CalendarDate(text)?.description == text)
  }

  @Test(arguments: ["", "2026-13-01", "2026-02-29", "2026-1-1", "20261231", "2026-12-31T00:00"])
  func refusesWhatIsNoDay(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test func daysAreInOrder() throws {
    let days = try ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"].map {
      try #require(CalendarDate($0))
    }
    #expect(days.sorted() == days)
    #expect(CalendarDate(of: Date(timeIntervalSince1970: 86_399)).description == "1970-01-01")
    #expect(CalendarDate(of: Date(timeIntervalSince1970: 86_400)).description == "1970-01-02")
  }
}
