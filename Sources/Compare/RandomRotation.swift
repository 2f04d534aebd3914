import Fingerprint

/// Random orthogonal matrices, uniform (Haar) over the group.
enum RandomRotation {
  /// Gram–Schmidt on a Gaussian matrix, in double; row-major `[side, side]`.
  static func next(side: Int, using generator: inout SplitMix64) -> [Float] {
    var rows: [[Double]] = []
    while rows.count < side {
      var row: [Double] = []
      while row.count < side {
        let (first, second) = generator.nextGaussianPair()
        row += [first, second]
      }
      row = Array(row.prefix(side))
      // Twice is enough (Kahan): the second round removes what rounding left in the first.
      for _ in 0..<2 { for other in rows { subtractProjection(on: other, from: &row) } }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-6 else { continue }
      rows.append(row.map { $0 / norm })
    }
    return rows.flatMap { $0.map(Float.init) }
  }

  private static func subtractProjection(on other: [Double], from row: inout [Double]) {
    other.withUnsafeBufferPointer { other in
      row.withUnsafeMutableBufferPointer { row in
        // Four sums at a time: one would wait for each addition.
        var sums = SIMD4<Double>.zero
        let whole = row.count / 4 * 4
        for i in stride(from: 0, to: whole, by: 4) {
          sums.addProduct(
            SIMD4(row[i], row[i + 1], row[i + 2], row[i + 3]),
            SIMD4(other[i], other[i + 1], other[i + 2], other[i + 3]))
        }
        let overlap = (whole..<row.count).reduce(sums.sum()) { $0 + row[$1] * other[$1] }
        for i in row.indices { row[i] -= overlap * other[i] }
      }
    }
  }
}

/// Mean and standard deviation of a sample.
struct SampleMoments {
  let mean: Double
  let deviation: Double

  init(_ values: [Double]) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = (squares / max(count - 1, 1)).squareRoot()
  }
}
