import Compare
import Fingerprint
import Testing

@testable import Judge

/// What is reached by networks that were trained apart, once their units are lined up with each other, is no effect of
/// descent.
@Suite struct NumbersEffectTests {
  struct Case: Sendable {
    var hasStream = true
    var matrices: Int
    var width: Int
    var mean: Double
    var sameShare = 0.0
    var speaks: Bool
  }

  /// Means that `scripts/calibration/align.py` was measured with, and what descent leaves.
  @Test(arguments: [
    // Perceptrons of three and of eight matrices, a GRU, GPTs of one, two and four layers.
    Case(hasStream: false, matrices: 3, width: 48, mean: 0.57, speaks: false),
    Case(hasStream: false, matrices: 8, width: 64, mean: 0.43, speaks: false),
    Case(hasStream: false, matrices: 4, width: 20, mean: 0.31, speaks: false),
    Case(matrices: 6, width: 32, mean: 0.37, speaks: false),
    Case(matrices: 12, width: 64, mean: 0.19, speaks: false),
    Case(matrices: 24, width: 32, mean: 0.21, speaks: false),
    // A common start with other data; a noisy copy; two matrices of four taken over.
    Case(matrices: 42, width: 192, mean: 0.29, speaks: true),
    Case(matrices: 224, width: 4096, mean: 0.11, speaks: true),
    Case(matrices: 224, width: 4096, mean: 0.09, speaks: false),
    Case(hasStream: false, matrices: 3, width: 32, mean: 0.75, speaks: true),
    Case(hasStream: false, matrices: 4, width: 20, mean: 0.34, sameShare: 0.4, speaks: true),
  ])
  func aMeanThatLinedUpStrangersReachDoesNotSpeak(example: Case) {
    var evidence = LinearEvidence(
      test: .sum, z: 9, mean: example.mean, coverage: 1, matrices: example.matrices)
    evidence.hasStream = example.hasStream
    evidence.narrowness = 1 / Double(example.width).squareRoot()
    evidence.sameShare = example.sameShare
    #expect(evidence.speaks == example.speaks)
  }
}
