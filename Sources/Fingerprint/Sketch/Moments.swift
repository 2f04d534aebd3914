package import Kernels

/// Summary statistics of a tensor's finite values.
package struct Moments: Sendable, Equatable {
  package var count: Int
  package var mean: Double
  /// Population standard deviation.
  package var standardDeviation: Double
  /// Fourth standardised moment less 3; 0 for constant tensors.
  package var excessKurtosis: Double
  package var absoluteMaximum: Double
  package var zeros: Int
  package var nans: Int
  package var infinities: Int

  package init(
    count: Int, mean: Double, standardDeviation: Double, excessKurtosis: Double,
    absoluteMaximum: Double, zeros: Int, nans: Int, infinities: Int
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.excessKurtosis = excessKurtosis
    self.absoluteMaximum = absoluteMaximum
    self.zeros = zeros
    self.nans = nans
    self.infinities = infinities
  }

  /// From the power sums of one pass.
  ///
  /// - Numerics: central moments from raw ones, in double; weights have means far below their
  ///   spread, so the cancellation is harmless, and where it is not (constant tensors) variances
  ///   below 1e-12 of the mean square count as zero.
  package init(_ sums: skm_partial, count: Int) {
    let finite = Double(max(count - Int(sums.nans) - Int(sums.infinities), 1))
    let mean = sums.sum / finite
    let square = sums.sum_of_squares / finite
    let cube = sums.sum_of_cubes / finite
    let fourth = sums.sum_of_fourths / finite
    let variance = square - mean * mean
    let significant = variance > 1e-12 * square && variance.isFinite
    let central =
      fourth - 4 * mean * cube + 6 * mean * mean * square - 3 * mean * mean * mean * mean
    let kurtosis = significant ? central / (variance * variance) - 3 : 0
    self.init(
      count: count,
      mean: mean.isFinite ? mean : 0,
      standardDeviation: significant ? variance.squareRoot() : 0,
      excessKurtosis: kurtosis.isFinite ? kurtosis : 0,
      absoluteMaximum: Double(sums.absolute_maximum),
      zeros: Int(sums.zeros), nans: Int(sums.nans), infinities: Int(sums.infinities))
  }

  /// ‖W‖: square root of the sum of squares.
  package var frobeniusNorm: Double {
    (Double(count) * (mean * mean + standardDeviation * standardDeviation)).squareRoot()
  }

  /// Whether there are values, and not one of them is a number.
  package var hasNoNumber: Bool { count > 0 && nans + infinities == count }

  /// Whether every value is a number.
  package var isFinite: Bool { nans == 0 && infinities == 0 }

  /// Share of exact zeros.
  package var sparsity: Double { count == 0 ? 0 : Double(zeros) / Double(count) }
}
