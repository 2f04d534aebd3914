import Fingerprint
import Foundation

/// The upper tail of Σ rᵢ·Mᵢⱼ·cⱼ over random signs r of rows and c of columns: what the cosine of two
/// sketches is of which M is the product entry by entry.
///
/// Where M lies in few directions the sum is a product of few numbers, and its tail is exponential:
/// e^(−t/σ), σ the largest singular value beside the root of the sum of squares. No moment of the sum is
/// larger than that of the same with normal numbers, whose cumulants are K(s) = −½ Σ ln(1 − s²σ²).
///
/// - Source: R. Lugannani, S. Rice. "Saddle point approximation for the distribution of the sum of
///   independent random variables." Advances in Applied Probability 12, 1980; de la Peña, Giné,
///   "Decoupling", 1999, section 3.2.
struct ChaosTail {
  /// Squares of the singular values of all tensors, their sum 1.
  private let squares: [Double]

  /// - Parameters:
  ///   - products: `[32, 32]` each, of independent tensors; sums of squares weigh them.
  ///
  /// Nil where nothing is left.
  init?(products: [[Float]]) {
    let side = LinearSketch.side
    var squares: [Double] = []
    for product in products {
      let gram = DenseMatrix.product(
        product.map(Double.init), product.map(Double.init), rows: side, columns: side, inner: side,
        transposeRight: true)
      guard let eigen = SymmetricEigen(gram, side: side) else { return nil }
      squares += eigen.values.filter { $0 > 0 }
    }
    let sum = squares.reduce(0, +)
    guard sum > 0, sum.isFinite else { return nil }
    self.squares = squares.map { $0 / sum }
  }

  /// The z that is as rare for a standard normal number as `t` standard deviations are here; never more.
  ///
  /// - Numerics: the saddle point by halving, to 2⁻⁵⁰ of its range; r* = w + ln(u/w)/w.
  func z(_ t: Double) -> Double {
    guard t > Self.least, t.isFinite, let largest = squares.max() else { return t }
    var (low, high) = (0.0, 1 / largest.squareRoot())
    func slope(_ s: Double) -> Double {
      squares.reduce(0) { $0 + s * $1 / (1 - s * s * $1) }
    }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if slope(middle) < t { low = middle } else { high = middle }
    }
    let s = low
    let cumulant = squares.reduce(0) { $0 - 0.5 * log1p(-s * s * $1) }
    let curvature = squares.reduce(0) { sum, square in
      let part = s * s * square
      return sum + square * (1 + part) / ((1 - part) * (1 - part))
    }
    let w = (2 * max(0, s * t - cumulant)).squareRoot()
    guard w > Self.least / 2 else { return t }
    let z = w + log(s * curvature.squareRoot() / w) / w
    return z.isFinite ? min(t, z) : t
  }

  /// Below so many deviations the tail is that of a normal number.
  private static let least = 1.0
}
