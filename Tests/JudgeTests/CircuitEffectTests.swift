import Compare
import Fingerprint
import Testing

@testable import Judge

/// What one text dictates to small models is no effect of descent.
@Suite struct CircuitEffectTests {
  struct Case: Sendable {
    var anchors: Int
    var directions: Int
    var layers: Int
    var mean: Double
    var speaks: Bool
  }

  /// Means that twins were measured with, and what descent leaves.
  @Test(arguments: [
    // Trained on one text from two starts: 300 words, 500 words, 1000 words, characters.
    Case(anchors: 300, directions: 64, layers: 1, mean: 0.104, speaks: false),
    Case(anchors: 500, directions: 96, layers: 1, mean: 0.106, speaks: false),
    Case(anchors: 1000, directions: 160, layers: 1, mean: 0.0901, speaks: false),
    Case(anchors: 97, directions: 48, layers: 1, mean: 0.121, speaks: false),
    // Nine tenths of the changes dropped; a copy in another basis.
    Case(anchors: 538, directions: 160, layers: 6, mean: 0.11, speaks: true),
    Case(anchors: 300, directions: 64, layers: 1, mean: 0.8, speaks: true),
  ])
  func aMeanThatTwinsReachSpeaksOnlyWhereTwinsDoNot(example: Case) {
    let evidence = CircuitEvidence(
      means: [.qk: example.mean], z: 12, coverage: 0.8, sharedAnchors: example.anchors,
      directions: example.directions, layers: example.layers)
    #expect(evidence.speaks == example.speaks)
  }
}
