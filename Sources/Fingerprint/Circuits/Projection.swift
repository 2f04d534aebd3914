import Kernels

/// How a matrix is multiplied with the model's probe directions along its residual axis.
///
/// Probes are rounded to bfloat16, gains folded in: weights of that type can then be multiplied in
/// pairs where the processor does so, with the same result to rounding. The circuits of one model in
/// two number formats, or in two bases, differ by it in the fifth digit of their cosine.
struct Projection: Sendable {
  /// Which stored axis is the residual stream.
  enum Axis: Sendable {
    /// The matrix reads the residual stream: each stored row is one output.
    case columns
    /// The matrix writes to it.
    case rows
  }

  /// Number of probe directions.
  static let directions = SKM_DIRECTIONS

  let axis: Axis
  /// Length of the other stored axis.
  let other: Int
  /// `[residual, 64]`, row-major; shared by all projections of a frame.
  private let columns: [Float]
  /// One per residual dimension: the gains of the norm that is read through.
  private let gains: [Float]?

  init(axis: Axis, other: Int, columns: [Float], gains: [Float]? = nil) {
    self.axis = axis
    self.other = other
    self.columns = columns
    self.gains = gains?.count == columns.count / Self.directions ? gains : nil
  }

  /// `[range, 64]`: the probes of some residual dimensions.
  func probes(_ range: Range<Int>) -> [Float] {
    let k = Self.directions
    var result = Array(columns[range.lowerBound * k..<range.upperBound * k])
    if let gains {
      for (i, gain) in gains[range].enumerated() {
        let factor = gain.isFinite ? gain : 0
        for direction in i * k..<(i + 1) * k { result[direction] *= factor }
      }
    }
    skm_round_to_bf16(&result, result.count)
    return result
  }

  /// Where a run of stored rows adds to: `[rows, 64]` of readers, `[other, 64]` of writers.
  func zeroes(rows: Int) -> [Float] {
    [Float](repeating: 0, count: Self.directions * (axis == .columns ? rows : other))
  }

  /// Joins the results of successive runs of rows; in the end `[other, 64]` for either axis.
  func fold(_ run: [Float], into total: inout [Float]) {
    switch axis {
    case .columns: total += run
    case .rows:
      if total.isEmpty {
        total = run
      } else {
        for i in total.indices { total[i] += run[i] }
      }
    }
  }
}
