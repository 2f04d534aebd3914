import Fingerprint
import Load

/// Finds the numbers of a tensor in a reference's tensor of another shape.
///
/// Digests of more than 2^20 elements go by rows, so that equal bytes in another shape have another
/// digest. As many numbers with the same mean, spread, kurtosis, largest magnitude and zeros are the
/// same numbers: of two independent tensors of 10⁶ elements the first three agree within the tolerances
/// with probabilities of some 10⁻⁶, 10⁻³ and 2·10⁻³ (normal values), and the rest must be equal besides.
struct ReshapedTensors {
  /// Relative errors of moments, since kernels add up to 512 products in single precision.
  ///
  /// Of 9 tensors of 3 to 20 million numbers in float32, bfloat16 and float16, in two shapes each, the
  /// means differed by 2·10⁻¹⁰ at most, the deviations by 3.3·10⁻⁷, the fourth moments by 1.2·10⁻⁶.
  static let tolerance = (mean: 1e-9, deviation: 1e-6, fourth: 4e-6)
  /// Coarser numbers have moments in common too easily.
  static let leastBits = 8

  private struct Key: Hashable {
    var count: Int
    var zeros: Int
    var absoluteMaximum: Double

    init?(_ tensor: TensorFingerprint) {
      guard tensor.isDistinct, tensor.grid == nil, tensor.moments.isFinite,
        case .significand(let bits) = tensor.precision, bits >= ReshapedTensors.leastBits
      else { return nil }
      (count, zeros) = (tensor.elementCount, tensor.moments.zeros)
      absoluteMaximum = tensor.moments.absoluteMaximum
    }
  }

  private let reference: [TensorFingerprint]
  private let candidates: [Key: [Int]]

  init(_ reference: [TensorFingerprint]) {
    self.reference = reference
    var candidates: [Key: [Int]] = [:]
    for (index, tensor) in reference.enumerated() {
      if let key = Key(tensor) { candidates[key, default: []].append(index) }
    }
    self.candidates = candidates
  }

  /// The first tensor of another shape that holds the same numbers.
  func counterpart(of tensor: TensorFingerprint) -> Int? {
    guard let key = Key(tensor) else { return nil }
    return candidates[key]?.first {
      reference[$0].shape != tensor.shape && Self.agree(reference[$0].moments, tensor.moments)
    }
  }

  private static func agree(_ a: Moments, _ b: Moments) -> Bool {
    let (deviation, fourth) = (b.standardDeviation, b.excessKurtosis + 3)
    return abs(a.mean - b.mean) <= tolerance.mean * (deviation + abs(b.mean))
      && abs(a.standardDeviation - deviation) <= tolerance.deviation * deviation
      && abs(a.excessKurtosis - b.excessKurtosis) <= tolerance.fourth * fourth
  }
}
