import Foundation

/// The upper tail of Student's t distribution, in the log domain.
///
/// A statistic that is standardised by the mean and deviation of n draws has heavier tails than a
/// normal one: at four deviations of 48 draws three times as much.
enum StudentTail {
  /// log10 of P(T ≥ t).
  ///
  /// - Numerics: half the regularised incomplete beta function I_x(ν/2, ½), x = ν / (ν + t²), by its
  ///   series, whose terms fall as xⁿ; relative error below 1e-9 from t = 0.5 on. Below, where x is
  ///   near 1, the normal tail, right to 1 %.
  /// - Source: Abramowitz, Stegun. "Handbook of Mathematical Functions." 26.5.4, 26.7.1.
  static func log10P(_ t: Double, freedom: Int) -> Double {
    guard t.isFinite else { return t > 0 ? -Double.greatestFiniteMagnitude : 0 }
    guard t > 0.5 else { return NormalTail.log10P(t) }
    let (a, b) = (Double(freedom) / 2, 0.5)
    let x = 2 * a / (2 * a + t * t)
    var (term, sum) = (1.0, 1.0)
    for n in 0..<100_000 {
      term *= x * (a + b + Double(n)) / (a + 1 + Double(n))
      sum += term
      if term < 1e-12 * sum { break }
    }
    let logarithm = a * log(x) + b * log1p(-x) - log(a * beta(freedom)) + log(sum / 2)
    return logarithm / log(10)
  }

  /// B(ν/2, ½), by B(a + 1, ½) = B(a, ½) · a / (a + ½).
  private static func beta(_ freedom: Int) -> Double {
    var (a, value) = freedom.isMultiple(of: 2) ? (1.0, 2.0) : (0.5, Double.pi)
    while a < Double(freedom) / 2 {
      value *= a / (a + 0.5)
      a += 1
    }
    return value
  }
}
