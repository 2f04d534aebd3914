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
  /// 1 − EᵀPE, which is symmetric.
  private let step: [Double]

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
    self.step = step
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
    var (found, sums) = (first, first)
    for _ in 0..<Self.rounds - 2 {
      var next = [Double](repeating: 0, count: count)
      // Through pointers: the loop has no checks then, and works on several numbers at once.
      step.withUnsafeBufferPointer { step in
        next.withUnsafeMutableBufferPointer { next in
          for j in 0..<count {
            let (row, value) = (j * count, found[j])
            for i in 0..<count { next[i] += step[row + i] * value }
          }
        }
      }
      found = next
      for i in 0..<count { sums[i] += found[i] }
    }
    return sums
  }

  /// P: (1 − u·uᵀ)·X·(1 − v·vᵀ).
  private func projected(_ matrix: [Double]) -> [Double] {
    let side = Self.side
    var (values, parts) = (matrix, [Double](repeating: 0, count: side))
    for row in 0..<side {
      let part = (0..<side).reduce(0.0) { $0 + values[row * side + $1] * columnSums[$1] }
      for column in 0..<side { values[row * side + column] -= part * columnSums[column] }
    }
    // All columns at once, each in the order of its rows.
    for row in 0..<side {
      for column in 0..<side { parts[column] += values[row * side + column] * rowSums[row] }
    }
    for row in 0..<side {
      for column in 0..<side { values[row * side + column] -= parts[column] * rowSums[row] }
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
