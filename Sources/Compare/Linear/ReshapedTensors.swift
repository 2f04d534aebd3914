import Fingerprint
import Load

/// Finds the numbers of a tensor in a reference's tensor of another shape.
///
/// Digests of more than 2^20 elements go by rows, so that equal bytes in another shape have another
/// digest. As many numbers with the same mean, spread, kurtosis, largest magnitude and zeros are the
/// same numbers: of two independent tensors of n elements the first three agree to 10⁻⁷ with
/// probabilities of some 10⁻⁷·√n each, 10⁻¹¹ together for n = 10⁶.
struct ReshapedTensors {
  /// Relative error of moments: kernels add up to 512 products in single precision.
  static let tolerance = 2e-7
  /// Coarser numbers have moments in common too easily.
  static let leastBits = 8

  private struct Key: Hashable {
    var count: Int
    var zeros: Int
    var absoluteMaximum: Double

    init?(_ tensor: TensorFingerprint) {
      guard tensor.isSubstantial, tensor.grid == nil, tensor.moments.isFinite,
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
    let deviation = b.standardDeviation
    return abs(a.mean - b.mean) <= tolerance * deviation
      && abs(a.standardDeviation - deviation) <= tolerance * deviation
      && abs(a.excessKurtosis - b.excessKurtosis) <= 10 * tolerance * (abs(b.excessKurtosis) + 3)
  }
}
