import Canonicalise
package import Fingerprint
import Foundation

/// An error of one size that was added to every value of a model's matrices.
///
/// Training leaves changes with few large directions, of another size in every matrix; casts and quantisation leave
/// errors that go with the values, or are bounded. What is left is: white, normal, no larger for large values than for
/// small ones, and of the same size in every matrix or in proportion to each one's standard deviation (docs/method.md).
package struct AddedNoise: Sendable, Equatable {
  package enum Scale: String, Sendable, CaseIterable {
    /// The same σ in every matrix.
    case everywhere
    /// In proportion to each matrix's standard deviation.
    case proportional
  }

  package var scale: Scale
  /// Root mean square of the noise, in the units of the weights.
  package var sigma: Double
  /// The same relative to the matrices' standard deviations, in the mean.
  package var relativeSigma: Double
  package var matrices: Int
  /// Values that the figures rest on.
  package var values: Int
  /// Share of the subject's evidence-bearing parameters that bear it.
  package var share: Double
  /// (Σσ²)² / Σσ⁴ of the sketches of the change, in the mean: 16 for independent errors.
  package var whiteness: Double
  /// Fourth moment over the square of the second: 3 for normal errors.
  package var kurtosis: Double

  package init(
    scale: Scale, sigma: Double, relativeSigma: Double, matrices: Int, values: Int, share: Double,
    whiteness: Double, kurtosis: Double
  ) {
    self.scale = scale
    self.sigma = sigma
    self.relativeSigma = relativeSigma
    self.matrices = matrices
    self.values = values
    self.share = share
    self.whiteness = whiteness
    self.kurtosis = kurtosis
  }
}

/// Thresholds of `AddedNoise`, with the figures of docs/method.md that they come from: `scripts/calibration/samples`.
enum NoiseThresholds {
  /// Noise had 15.7 to 15.9; all that training left up to 10.4, masks up to 14.7, quantisation 14.6 to 15.8.
  static let whiteness = 15.0
  /// Spread of σ over the matrices in units of its error: noise had up to 1.4; training 1.7 to 17.
  static let spread = 1.6
  /// Noise had 2.9 to 3.1, even grids up to 2.4, uneven ones, levels and small floats 2.8 to 6.
  static let kurtosis = 2.7...3.4
  /// |log| of the ratio of the squared errors of large and of small values, beside its error: noise had up to 0.06;
  /// quantisation with a kurtosis within the above 0.3 and more.
  static let dependence = 0.15
  /// A value counts where its type resolves a quarter of the noise.
  static let resolution = 0.25
  /// Values and matrices below which nothing is said.
  static let values = 1000
  static let matrices = 4
  /// Share of the changed parameters that must bear it, and of all.
  static let changedShare = 0.8
  static let share = 0.3
}

extension AddedNoise {
  /// Nil where it was not shown.
  package init?(subject: ModelFingerprint, comparison: ReferenceComparison) {
    let changed = SampledMatrix.all(of: subject, in: comparison).filter { $0.size > 0 }
    let seen = changed.compactMap(ResolvedChange.init)
    let parameters = seen.reduce(0) { $0 + $1.parameters }
    let evidence = subject.tensors.reduce(0) { $0 + ($1.isEvidence ? $1.elementCount : 0) }
    let count = seen.reduce(0) { $0 + $1.values.count }
    // What changed and cannot be looked at (other types, too small) speaks neither way.
    guard seen.count >= NoiseThresholds.matrices, count >= NoiseThresholds.values,
      Double(parameters)
        >= NoiseThresholds.changedShare * Double(changed.reduce(0) { $0 + $1.parameters }),
      Double(parameters) >= NoiseThresholds.share * Double(evidence)
    else { return nil }
    func mean(_ figure: (ResolvedChange) -> Double) -> Double {
      seen.reduce(0) { $0 + figure($1) } / Double(seen.count)
    }
    let whiteness = mean(\.whiteness)
    let kurtosis = mean(\.kurtosis)
    let error = (8 / Double(count)).squareRoot()
    let dependence = log(mean(\.large) / mean(\.small))
    guard whiteness >= NoiseThresholds.whiteness, NoiseThresholds.kurtosis.contains(kurtosis),
      abs(dependence) <= NoiseThresholds.dependence + error
    else { return nil }
    let (plain, relative) = (
      Self.spread(seen, \.size), Self.spread(seen) { $0.size / $0.deviation }
    )
    guard min(plain, relative) <= NoiseThresholds.spread else { return nil }
    self.init(
      scale: plain <= relative ? .everywhere : .proportional,
      sigma: mean { $0.size * $0.size }.squareRoot(),
      relativeSigma: mean { $0.size / $0.deviation },
      matrices: seen.count, values: count,
      share: Double(parameters) / Double(max(1, evidence)), whiteness: whiteness,
      kurtosis: kurtosis)
  }

  /// Spread of a size over the matrices, in units of what the number of values leaves.
  private static func spread(
    _ seen: [ResolvedChange], _ size: (ResolvedChange) -> Double
  ) -> Double {
    let logarithms = seen.map { log(size($0)) }
    let mean = logarithms.reduce(0, +) / Double(seen.count)
    let square = zip(logarithms, seen).reduce(0) {
      // The logarithm of a deviation from n normal values has variance 1 / 2n.
      $0 + ($1.0 - mean) * ($1.0 - mean) * 2 * Double($1.1.values.count)
    }
    return (square / Double(seen.count - 1)).squareRoot()
  }
}

/// The change of one matrix in those values whose type resolves it.
private struct ResolvedChange {
  let parameters: Int
  let values: [Double]
  /// Root mean square.
  let size: Double
  let deviation: Double
  let whiteness: Double
  let kurtosis: Double
  /// Mean squares, over `size`², where the counterpart is larger than its median and where it is not.
  let large: Double
  let small: Double

  /// Nil where most values are too coarse, or the matrix too small for a sketch.
  init?(_ matrix: SampledMatrix) {
    let limit = NoiseThresholds.resolution * matrix.size
    let resolved = zip(matrix.change, zip(matrix.before, matrix.spacing))
      .filter { $0.1.1 <= limit }.map { (change: $0.0, old: abs($0.1.0)) }
    guard !matrix.isOnGrid, matrix.shorterSide >= LinearSketch.side, matrix.deviation > 0,
      resolved.count >= 16, 2 * resolved.count >= matrix.before.count,
      let whiteness = Whiteness.rank(matrix.sketch)
    else { return nil }
    func meanSquare(_ part: [(change: Double, old: Double)]) -> Double {
      part.reduce(0) { $0 + $1.change * $1.change } / Double(max(1, part.count))
    }
    let square = meanSquare(resolved)
    guard square > 0 else { return nil }
    let median = resolved.map(\.old).sorted()[resolved.count / 2]
    parameters = matrix.parameters
    values = resolved.map(\.change)
    size = square.squareRoot()
    deviation = matrix.deviation
    self.whiteness = whiteness
    let fourth = values.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(values.count)
    // Of n normal values the ratio is too small by 6 in n.
    kurtosis = fourth / square / square * (1 + 2 / Double(values.count))
    large = meanSquare(resolved.filter { $0.old > median }) / square
    small = meanSquare(resolved.filter { $0.old <= median }) / square
  }
}
