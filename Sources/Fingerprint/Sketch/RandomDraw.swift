import Foundation

/// Whether a tensor's numbers are independent draws from one distribution, as every start and every
/// random projection is, and as nothing is that was trained for long.
///
/// A random projection that a library draws from a fixed seed is the same in all models that use it.
/// Trained matrices have heavier tails, rows and columns of unlike size, and directions in common; a
/// single one of these is enough.
enum RandomDraw {
  /// Fewer values say nothing.
  static let leastValues = 1024
  /// Standard deviations that a figure may be off.
  static let tolerance = 5.0
  /// √n · the largest difference of the distribution functions: larger in a thousandth of all draws.
  static let kolmogorov = 1.95
  /// Lines of a piece whose products are looked at, in either direction.
  static let lines = 64

  static func isLikely(_ patch: TensorPatch, _ moments: Moments) -> Bool {
    guard moments.count >= leastValues, moments.isFinite, moments.standardDeviation > 0,
      let piece = patch.pieces.first
    else { return false }
    // Of what is drawn about another mean only phases and the like are told: gains of norms are nearly normal.
    let isCentred =
      abs(moments.mean) * Double(moments.count).squareRoot()
      <= tolerance * moments.standardDeviation
    let (centre, scale) = (isCentred ? 0 : moments.mean, 1 / moments.standardDeviation)
    let values = piece.values.map { (Double($0) - centre) * scale }
    return
      (isDrawn(values, moments, from: isCentred ? Distribution.allCases : [.uniform])
      || isCentred && areSigns(values, moments))
      && areIndependent(values, rows: piece.rows, columns: piece.columns, moments.excessKurtosis)
  }

  /// Share of zeros from which on the others are looked at alone: reservoirs are drawn and then thinned.
  static let sparse = 0.5
  /// Values of a piece that a distribution is told from.
  static let leastSample = 256

  /// - Parameter values: of a piece, with the whole's deviation as their unit.
  private static func isDrawn(
    _ values: [Double], _ moments: Moments, from distributions: [Distribution]
  ) -> Bool {
    var (values, count, kurtosis) = (values, moments.count, moments.excessKurtosis)
    if moments.sparsity >= sparse {
      // The entries of a share f have 1/f of the whole's variance, and f times its fourth moment over that squared.
      let share = 1 - moments.sparsity
      values = values.filter { $0 != 0 }.map { $0 * share.squareRoot() }
      (count, kurtosis) = (count - moments.zeros, (kurtosis + 3) * share - 3)
    }
    guard values.count >= leastSample, count >= leastValues else { return false }
    let error = tolerance * 24.0.squareRoot() / Double(count).squareRoot()
    return distributions.contains {
      abs(kurtosis - $0.excessKurtosis) <= error && $0.fits(values)
    }
  }

  static let uniformKurtosis = -1.2

  /// What libraries draw from.
  private enum Distribution: CaseIterable {
    case normal
    case uniform
    /// A normal one without what is beyond two deviations.
    case truncated

    var excessKurtosis: Double {
      switch self {
      case .normal: 0
      case .uniform: uniformKurtosis
      case .truncated: -0.6344
      }
    }

    /// P(X ≤ x) of the distribution of mean 0 and variance 1.
    func below(_ x: Double) -> Double {
      switch self {
      case .normal: return 0.5 * erfc(-x / 2.0.squareRoot())
      case .uniform: return min(1, max(0, 0.5 + x / 12.0.squareRoot()))
      case .truncated:
        // Its deviation, of a normal one's 1.
        let y = x * 0.879_626
        let tail = 0.5 * erfc(2.0.squareRoot())
        return min(1, max(0, (0.5 * erfc(-y / 2.0.squareRoot()) - tail) / (1 - 2 * tail)))
      }
    }

    /// Kolmogorov's and Smirnov's test.
    func fits(_ values: [Double]) -> Bool {
      let count = Double(values.count)
      var largest = 0.0
      for (place, value) in values.sorted().enumerated() {
        let p = below(value)
        largest = max(largest, abs(p - Double(place) / count), abs(p - Double(place + 1) / count))
      }
      return largest * count.squareRoot() <= RandomDraw.kolmogorov
    }
  }

  /// One magnitude and both signs, and perhaps zeros.
  private static func areSigns(_ values: [Double], _ moments: Moments) -> Bool {
    let magnitude = moments.absoluteMaximum / moments.standardDeviation
    return values.allSatisfy { $0 == 0 || abs(abs($0) - magnitude) <= 1e-5 * magnitude }
  }

  /// Whether no row or column is larger, and none like another, more than chance makes them.
  ///
  /// - Parameter values: of mean 0 and variance 1.
  static func areIndependent(
    _ values: [Double], rows: Int, columns: Int, _ excessKurtosis: Double
  ) -> Bool {
    guard min(rows, columns) > 1 else { return true }
    return lines(values, rows: rows, columns: columns).allSatisfy {
      haveEqualEnergies($0, excessKurtosis)
        && areUncorrelated($0, excessKurtosis, tolerance: tolerance)
    }
  }

  /// Whether no row is like another, nor a column, more than chance makes them.
  static func areUncorrelated(
    _ values: [Double], rows: Int, columns: Int, _ excessKurtosis: Double, tolerance: Double
  ) -> Bool {
    lines(values, rows: rows, columns: columns).allSatisfy {
      areUncorrelated($0, excessKurtosis, tolerance: tolerance)
    }
  }

  /// Rows and columns of a piece, evenly chosen.
  private static func lines(_ values: [Double], rows: Int, columns: Int) -> [[[Double]]] {
    let step = (row: max(1, rows / lines), column: max(1, columns / lines))
    let byRow = stride(from: 0, to: rows, by: step.row).map { row in
      Array(values[row * columns..<(row + 1) * columns])
    }
    let byColumn = stride(from: 0, to: columns, by: step.column).map { column in
      (0..<rows).map { values[$0 * columns + column] }
    }
    return [byRow, byColumn]
  }

  private static func haveEqualEnergies(_ lines: [[Double]], _ excessKurtosis: Double) -> Bool {
    guard let length = lines.first?.count, length >= 8 else { return true }
    let variance = max(excessKurtosis + 2, 0.05) / Double(length)
    let squares = lines.map { line in
      let energy = line.reduce(0) { $0 + $1 * $1 } / Double(length)
      return (energy - 1) * (energy - 1) / variance
    }
    let count = Double(lines.count)
    return squares.reduce(0, +) - count <= tolerance * (2 * count).squareRoot() * 1.5
  }

  /// Of independent lines of m values of kurtosis κ, m·r² has mean 1 and a variance of about 2 + κ²/m.
  private static func areUncorrelated(
    _ lines: [[Double]], _ excessKurtosis: Double, tolerance: Double
  ) -> Bool {
    guard let length = lines.first?.count, length >= 8 else { return true }
    let units = lines.map { line in
      let norm = line.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return norm > 0 ? line.map { $0 / norm } : line
    }
    let flat = units.flatMap(\.self)
    let gram = DenseMatrix.product(
      flat, flat, rows: units.count, columns: units.count, inner: length, transposeRight: true)
    // Twice every pair, and each line with itself.
    let squares = gram.reduce(0) { $0 + $1 * $1 }
    let own = units.indices.reduce(0.0) {
      $0 + gram[$1 * units.count + $1] * gram[$1 * units.count + $1]
    }
    let count = Double(units.count * (units.count - 1)) / 2
    let sum = (squares - own) / 2 * Double(length) - count
    let variance = 2 + (excessKurtosis + 3) * (excessKurtosis + 3) / Double(length)
    return sum <= tolerance * (variance * count).squareRoot()
  }
}
