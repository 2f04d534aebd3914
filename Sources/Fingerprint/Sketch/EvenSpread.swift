import Foundation

/// Points that fill an interval more evenly than chance does: Sobol's and other low-discrepancy sequences,
/// as they are or as normal numbers, which samplers and quadratures hold (Niederreiter 1992).
enum EvenSpread {
  /// Mean over lines of √n · D, the largest difference of the distribution functions of n points and of the
  /// distribution: 0.87 ± 0.26 each of independent draws, 0.12 of the first 64 of a scrambled sequence.
  static let mostEven = 0.4
  /// The same of a single line, which 1 in 10⁴ of independent draws have, and the share of such lines that is enough: the
  /// later ones of Halton's sequence repeat too slowly to be even.
  static let veryEven = (difference: 0.32, share: 0.125)
  /// Lines that must be there, and points on each.
  static let least = (lines: 8, points: 32)
  static let lines = 32

  static func isLikely(_ patch: TensorPatch, _ moments: Moments) -> Bool {
    guard let piece = patch.pieces.first,
      let target = Target.allCases.first(where: { $0.suits(moments) })
    else { return false }
    let columns = spread(piece.columns).map { column in
      (0..<piece.rows).map { piece.values[$0 * piece.columns + column] }
    }
    let rows = spread(piece.rows).map {
      Array(piece.values[$0 * piece.columns..<($0 + 1) * piece.columns])
    }
    return [columns, rows].contains { lines in
      guard lines.count >= least.lines, lines[0].count >= least.points else { return false }
      let differences = lines.map(target.difference)
      let even = differences.count { $0 <= veryEven.difference }
      return differences.reduce(0, +) <= mostEven * Double(lines.count)
        || Double(even) >= veryEven.share * Double(lines.count)
    }
  }

  private static func spread(_ count: Int) -> [Int] {
    let chosen = min(count, lines)
    return (0..<chosen).map { $0 * count / chosen }
  }

  private enum Target: CaseIterable {
    case unit
    case symmetric
    case normal

    /// Whether mean and deviation are nearly the distribution's, which trained weights seldom pass.
    func suits(_ moments: Moments) -> Bool {
      let (mean, deviation) =
        switch self {
        case .unit: (0.5, 1 / 12.0.squareRoot())
        case .symmetric: (0.0, 1 / 3.0.squareRoot())
        case .normal: (0.0, 1.0)
        }
      return abs(moments.mean - mean) <= 0.1 * deviation
        && abs(moments.standardDeviation - deviation) <= 0.1 * deviation
    }

    private func below(_ x: Double) -> Double {
      switch self {
      case .unit: min(1, max(0, x))
      case .symmetric: min(1, max(0, (x + 1) / 2))
      case .normal: 0.5 * erfc(-x / 2.0.squareRoot())
      }
    }

    /// √n · D (Kolmogorov).
    func difference(_ line: [Float]) -> Double {
      let count = Double(line.count)
      var largest = 0.0
      for (place, value) in line.sorted().enumerated() {
        let p = below(Double(value))
        largest = max(largest, abs(p - Double(place) / count), abs(p - Double(place + 1) / count))
      }
      return largest * count.squareRoot()
    }
  }
}
