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
      for _ in 0..<2 {
        for other in rows {
          let overlap = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          for i in row.indices { row[i] -= overlap * other[i] }
        }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-6 else { continue }
      rows.append(row.map { $0 / norm })
    }
    return rows.flatMap { $0.map(Float.init) }
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
