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
      Models.base(seed: 2).checkpoint("suspect"), with: [Models.base(seed: 2).checkpoint("one")])
    // Not so strong that it is cut off.
    found.references[0].linear.z = 8
    found.references[0].pairs = found.references[0].pairs.map { _ in nil }
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
    #expect(ofScreened.allSatisfy { $0.relation == .noEvidence })
    #expect(judgement.limits.contains(.screened(screened: 70, compared: 2, open: 0)))
    #expect(judgement.verdict.statement == .noEvidence(.init(judgement.candidates)))
  }

  @Test func nothingIsSaidOfThoseThatResembleTheSubject() async throws {
    let judgement = Judge().judge(try await Self.comparison(Self.screened(70, isClear: false)))
    #expect(judgement.candidates.count { $0.relation == .inconclusive } >= 70)
    #expect(judgement.limits.contains(.screened(screened: 70, compared: 2, open: 70)))
  }

  /// The chosen references are the largest of many: the null is measured on the others.
  @Test func theNullIsMeasuredOnControlsOnly() async throws {
    var references: [ReferenceComparison] = []
    for seed in 0..<12 {
      var one = try await Models.compare(
        Models.base(seed: 2).checkpoint("suspect"),
        with: [Models.base(seed: 30 + UInt64(seed)).checkpoint("r\(seed)")]
      ).references[0]
      one.linear.z = seed < 6 ? 4 : 0.5
      references.append(one)
    }
    let all = CohortScale(references)
    let controls = CohortScale(
      references.filter { Set((6..<12).map { "r\($0)" }).contains($0.id) })
    #expect(all.linear > 2)
    #expect(controls.linear == 1)
    var comparison = try await Models.compare(Models.base(seed: 2).checkpoint("suspect"), with: [])
    comparison.references = references
    comparison.controls = Set((6..<12).map { "r\($0)" })
    let limits = Judge().judge(comparison).limits
    #expect(
      limits.contains {
        if case .scaledNull(let linear, _, _) = $0 { linear == 1 } else { false }
      })
  }
}
