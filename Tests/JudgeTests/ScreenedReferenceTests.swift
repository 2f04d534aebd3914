import Compare
import Fingerprint
import Foundation
import TestSupport
import Testing

@testable import Judge

/// References that were screened only count as tests, and nothing is said against them.
@Suite struct ScreenedReferenceTests {
  private static func screened(_ count: Int, isClear: Bool = true) -> [ScreenedReference] {
    (0..<count).map {
      ScreenedReference(id: "screened-\($0)", score: ScreeningScore(), isClear: isClear)
    }
  }

  private static func comparison(_ screened: [ScreenedReference]) async throws -> Comparison {
    var comparison = try await Models.compare(
      Models.base(seed: 2).checkpoint("suspect"),
      with: [Models.base(seed: 3).checkpoint("one"), Models.base(seed: 4).checkpoint("two")])
    comparison.screened = screened
    return comparison
  }

  @Test func theyCountInTheCorrection() async throws {
    var found = try await Models.compare(
      Models.base(seed: 2).checkpoint("suspect"), with: [Models.base(seed: 3).checkpoint("one")])
    // Not so strong that it is cut off.
    found.references[0].linear.z = 8
    found.references[0].circuits = nil
    let alone = Judge().judge(found)
    found.screened = Self.screened(999)
    let among = Judge().judge(found)
    let difference = among.candidates[0].log10P - alone.candidates[0].log10P
    #expect(abs(difference - 3) < 1e-9)
  }

  @Test func theyAreCandidatesWithoutEvidence() async throws {
    let judgement = Judge().judge(try await Self.comparison(Self.screened(70)))
    #expect(judgement.candidates.count == 72)
    let ofScreened = judgement.candidates.filter { $0.reference.hasPrefix("screened") }
    #expect(ofScreened.count == 70)
    #expect(ofScreened.allSatisfy { $0.relation == .noEvidence && $0.isScreened })
    #expect(judgement.candidates.count(where: \.isScreened) == 70)
    #expect(judgement.limits.contains(.screened(screened: 70, compared: 2, open: 0)))
    #expect(judgement.verdict.statement == .noEvidence(.init(judgement.candidates)))
    #expect(Statement.Compared(judgement.candidates).silent == 2)
  }

  @Test func nothingIsSaidOfThoseThatResembleTheSubject() async throws {
    let judgement = Judge().judge(try await Self.comparison(Self.screened(70, isClear: false)))
    #expect(judgement.candidates.count { $0.relation == .inconclusive } >= 70)
    #expect(judgement.limits.contains(.screened(screened: 70, compared: 2, open: 70)))
  }

  /// What strangers reach in the same folder changes no p but by their number.
  @Test func pDoesNotDependOnWhatStrangersReach() async throws {
    var references: [ReferenceComparison] = []
    for seed in 0..<12 {
      var one = try await Models.compare(
        Models.base(seed: 2).checkpoint("suspect"),
        with: [Models.base(seed: 30 + UInt64(seed)).checkpoint("r\(seed)")]
      ).references[0]
      one.linear.z = seed < 6 ? 4 : 0.5
      references.append(one)
    }
    var comparison = try await Models.compare(Models.base(seed: 2).checkpoint("suspect"), with: [])
    func log10P(_ references: [ReferenceComparison]) -> Double? {
      comparison.references = references
      return Judge().judge(comparison).candidates.first { $0.reference == "r0" }?.log10P
    }
    let alone = try #require(log10P([references[0]]))
    let amongAll = try #require(log10P(references))
    #expect(alone < -3)
    #expect(abs(amongAll - alone - 12.log10OfChoices) < 1e-9)
  }
}
