import Foundation

/// The upper tail of the standard normal distribution, in the log domain.
package enum NormalTail {
  /// log10 of P(Z ≥ z).
  ///
  /// - Numerics: erfc below z = 10; beyond, where it would underflow, the asymptotic series of Mills'
  ///   ratio to three terms, relative error of the probability below 1e-4.
  package static func log10P(_ z: Double) -> Double {
    guard z.isFinite else { return z > 0 ? -Double.greatestFiniteMagnitude : 0 }
    if z < 10 { return log10(0.5 * erfc(z / 2.0.squareRoot())) }
    let inverse = 1 / (z * z)
    let series = 1 - inverse + 3 * inverse * inverse
    let value = (-z * z / 2 - log(z * (2 * Double.pi).squareRoot()) + log(series)) / log(10)
    return max(value, -Double.greatestFiniteMagnitude)
  }

  /// The z whose tail has a probability, given as log10; 0 for one half and more.
  package static func z(ofLog10P log10P: Double) -> Double {
    guard log10P < self.log10P(0) else { return 0 }
    var (low, high) = (0.0, max(2, (-2 * log10P * log(10)).squareRoot() + 1))
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if self.log10P(middle) > log10P { low = middle } else { high = middle }
    }
    return high
  }

  /// The z that is as rare for one number as `z` is for the largest of `count` independent ones.
  ///
  /// - Numerics: by halving below 8; beyond, where the probability is `count` times that of one, to
  ///   first order.
  package static func z(ofLargest z: Double, among count: Int) -> Double {
    guard count > 1, z.isFinite else { return z }
    if z > 8 { return z - log(Double(count)) / z }
    let one = 0.5 * erfc(z / 2.0.squareRoot())
    let any = -expm1(Double(count) * log1p(-one))
    var (low, high) = (-9.0, max(z, -9))
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if 0.5 * erfc(middle / 2.0.squareRoot()) > any { low = middle } else { high = middle }
    }
    return high
  }
}
