import Fingerprint

/// Takes the diagonal of every gate out of sketches of one shape.
///
/// Entry (r, c) of a gate of n rows lies in bucket (g·n + r, c), so its diagonal is one of the
/// sketch's. Row and column means, which were subtracted, hold some of it: what is left of them has
/// the sign sums u of the rows, or v of the columns, as a factor, and goes too.
///
/// - Numerics: alternating projections, P on what has no such factor and D on what has no diagonal,
///   which converge to that on the intersection; after 24 rounds an identity of 80 rows leaves less
///   than 1e-4 of its norm. Of all rounds only the diagonals dₙ have to be known: with E for a
///   diagonal put into a sketch, dₙ₊₁ = (1 − EᵀPE)·dₙ, and the last sketch is PX − PE·Σ dₙ.
struct DiagonalRemoval {
  private static let rounds = 24
  private static let side = LinearSketch.side

  /// Entries of a sketch, in order.
  let diagonal: [Int]
  private let rowSums: [Double]
  private let columnSums: [Double]
  /// Σ (1 − EᵀPE)ⁿ over all rounds but the last, which is symmetric: Σ dₙ is its product with d₀.
  private let series: [Double]

  /// - Parameters:
  ///   - rows, columns: extents of the matrix whose sketch it is.
  ///   - diagonal: entries of the sketch (`TestSketches.diagonal`).
  init(rows: Int, columns: Int, diagonal: [Int]) {
    self.diagonal = diagonal
    let (u, v) = (Self.direction(rows), Self.direction(columns))
    (rowSums, columnSums) = (u, v)
    let (side, count) = (Self.side, diagonal.count)
    var step = [Double](repeating: 0, count: count * count)
    for (i, a) in diagonal.enumerated() {
      for (j, b) in diagonal.enumerated() {
        let along: Double = (a / side == b / side ? 1 : 0) - u[a / side] * u[b / side]
        let across: Double = (a % side == b % side ? 1 : 0) - v[a % side] * v[b % side]
        step[i * count + j] = (i == j ? 1 : 0) - along * across
      }
    }
    series = Self.series(step, side: count, terms: Self.rounds - 1)
  }

  /// 1 + A + … + Aⁿ⁻¹, from the leading digit of n on: what is doubled, and one more for each 1.
  private static func series(_ a: [Double], side: Int, terms: Int) -> [Double] {
    func product(_ left: [Double], _ right: [Double]) -> [Double] {
      DenseMatrix.product(left, right, rows: side, columns: side, inner: side)
    }
    let one = (0..<side * side).map { $0 / max(side, 1) == $0 % max(side, 1) ? 1.0 : 0 }
    var (sum, power) = (one, a)
    for digit in String(terms, radix: 2).dropFirst() {
      sum = zip(sum, product(power, sum)).map(+)
      power = product(power, power)
      guard digit == "1" else { continue }
      sum = zip(one, product(a, sum)).map(+)
      power = product(power, a)
    }
    return sum
  }

  /// The values of a sketch less what the diagonal may have put there.
  func applied(to sketch: [Float]) -> [Float] {
    var values = projected(sketch.map(Double.init))
    var removed = [Double](repeating: 0, count: values.count)
    for (entry, sum) in zip(diagonal, sums(from: diagonal.map { values[$0] })) {
      removed[entry] = sum
    }
    removed = projected(removed)
    for i in values.indices { values[i] -= removed[i] }
    for entry in diagonal { values[entry] = 0 }
    return values.map(Float.init)
  }

  /// Σ dₙ over all rounds but the last.
  private func sums(from first: [Double]) -> [Double] {
    let count = diagonal.count
    var sums = [Double](repeating: 0, count: count)
    // Through pointers: the loop has no checks then, and works on several numbers at once.
    series.withUnsafeBufferPointer { series in
      sums.withUnsafeMutableBufferPointer { sums in
        for j in 0..<count {
          let (row, value) = (j * count, first[j])
          for i in 0..<count { sums[i] += series[row + i] * value }
        }
      }
    }
    return sums
  }

  /// P: (1 − u·uᵀ)·X·(1 − v·vᵀ).
  private func projected(_ matrix: [Double]) -> [Double] {
    let side = Self.side
    var (values, parts) = (matrix, [Double](repeating: 0, count: side))
    values.withUnsafeMutableBufferPointer { values in
      parts.withUnsafeMutableBufferPointer { parts in
        columnSums.withUnsafeBufferPointer { columnSums in
          for row in 0..<side {
            var part = 0.0
            for column in 0..<side { part += values[row * side + column] * columnSums[column] }
            for column in 0..<side { values[row * side + column] -= part * columnSums[column] }
          }
        }
        // All columns at once, each in the order of its rows.
        for row in 0..<side {
          let sum = rowSums[row]
          for column in 0..<side { parts[column] += values[row * side + column] * sum }
        }
        for row in 0..<side {
          let sum = rowSums[row]
          for column in 0..<side { values[row * side + column] -= parts[column] * sum }
        }
      }
    }
    return values
  }

  /// The sign sums of an extent, of unit length; 0 where they are.
  private static func direction(_ count: Int) -> [Double] {
    let sums = IndexHash.signSums(count)
    let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sums.map { length > 0 ? $0 / length : 0 }
  }
}
