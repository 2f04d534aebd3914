import Compare
import Foundation
import TestSupport
import Testing

@testable import Judge

/// The normal distribution through scores that are stated as 0 where they are less.
@Suite struct CensoredNormalTests {
  /// So many scores at the quantiles of a normal distribution, those below 0 as 0.
  private func scores(_ location: Double, _ scale: Double, count: Int = 400) -> [Double] {
    (0..<count).map { index in
      let log10P = log10(1 - (Double(index) + 0.5) / Double(count))
      let upper = NormalTail.z(ofLog10P: log10P)
      let lower = NormalTail.z(ofLog10P: log10((Double(index) + 0.5) / Double(count)))
      return max(0, location + scale * (upper > 0 ? upper : -lower))
    }
  }

  @Test(arguments: [(0.0, 1.0), (0.5, 1.0), (0.0, 1.6), (0.8, 1.3)])
  func whatIsWiderIsFound(location: Double, scale: Double) {
    let found = CensoredNormal(scores(location, scale))
    #expect(abs(found.location - location) < 0.06 && abs(found.scale - scale) < 0.04)
  }

  /// Nothing is narrower than the theory, whatever is seen.
  @Test(arguments: [(-2.0, 0.5), (-1.0, 1.0), (0.0, 0.3), (0.2, 0.5)])
  func nothingIsNarrower(location: Double, scale: Double) {
    let found = CensoredNormal(scores(location, scale))
    #expect(found.location >= 0 && found.scale >= 1)
    #expect(found.location < 0.3 && found.scale < 1.1)
  }

  @Test func scoresAndTheLargestAreAllowedFor() {
    var heavy = scores(0, 1)
    heavy[heavy.count - 1] = 9
    let group = NullMeasurement.Group(
      evidence: .numbers, families: "llama", isSameSize: true,
      pairs: heavy.enumerated().map {
        NullMeasurement.Pair("a", "b\($0)", score: $1, effect: 0, isSample: true)
      })
    #expect(group.isWider && group.null.isWider)
    #expect((9 - group.null.location) / group.null.scale <= group.admissibleLargest + 1e-9)
    let few = NullMeasurement.Group(
      evidence: .circuits, families: "llama", isSameSize: false,
      pairs: [NullMeasurement.Pair("a", "b", score: 6, effect: 0, isSample: true)])
    #expect(few.null.location == 0 && few.null.scale > 2 && !few.null.isEnough)
    let none = NullMeasurement.Group(
      evidence: .circuits, families: "llama", isSameSize: false,
      pairs: [NullMeasurement.Pair("a", "b", score: 1, effect: 0, isSample: true)])
    #expect(!none.null.isWider)
  }
}
