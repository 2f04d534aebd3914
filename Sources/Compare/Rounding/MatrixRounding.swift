import Foundation

/// How a quantised matrix came from its counterpart: by rounding alone, or by something else too.
package struct MatrixRounding: Sendable, Equatable, Codable {
  package enum Outcome: String, Sendable, Codable, CaseIterable {
    /// Each number is its counterpart's, rounded to the nearest level.
    case nearest
    /// The errors are larger than rounding to the nearest leaves, as those of scales are that were
    /// searched for, and in all matrices those of GPTQ, which makes up for each error in the columns to
    /// come.
    case compensated
    /// Rounded after rows or columns were scaled, as AWQ and SmoothQuant do.
    case rescaled
    /// Something else was changed, before the rounding or after it.
    case changed
    /// Its codes do not show their levels; or rows or columns may have been scaled before, which the
    /// parent's weights would tell.
    case untold
  }

  /// Of the subject's tensor.
  package var index: Int
  package var parameters: Int
  /// Numbers that were looked at.
  package var values: Int
  /// Share of them that lie on another level than the nearest, by more than a cast explains.
  package var strayShare: Double
  /// Root mean square of the residual over that of rounding to the nearest level.
  package var ratio: Double
  /// The least change before the rounding that would have shown: a root mean square, relative to the
  /// standard deviation of the counterpart.
  package var resolution: Double
  package var outcome: Outcome
}

/// Thresholds of `MatrixRounding`, with the figures of docs/method.md that they come from:
/// `scripts/calibration/rounding`.
enum RoundingThresholds {
  /// Share of strays that is none.
  static let strayShare = 0.01
  /// Largest ratio.
  ///
  /// 1.01 was measured. What few numbers leave by accident, where the expected error is a mean, comes on top.
  static let nearest = 1.05
  /// Allowance for scales that were rounded after the codes were chosen, relative to half a step.
  static let scaleSlack = 0.02
  /// Allowance for casts on the way: half a unit in the last place of bfloat16.
  static let cast = 0x1p-8
  /// Ratios of a method that makes up for its errors, which it does in all matrices: GPTQ had 1.08 to
  /// 1.55 with 1.38 in the median, at 2, 4 and 8 bits.
  static let compensated = 1.15...2.0
  static let compensatedShare = 0.8
  /// Strays and ratio of scales that are searched for: ggml's had up to 0.053 and 1.07.
  static let searched = (strayShare: 0.08, ratio: 1.1)
  /// Largest ratio once scales are undone.
  static let rescaled = 1.05
  /// Relative change of a centred vector from which on it may have taken up scales: by AWQ's gains had
  /// changed by 3 to 6, by a light fine-tune 0.06 at most; a long one left 0.6 to 1.1.
  static let scaledVector = 0.3
  /// Share of the numbers that must lie in groups that show their levels.
  static let seenShare = 0.5
  /// Fewer say nothing.
  static let leastValues = 64
}

/// Sums over the numbers of a quantised matrix and its counterpart.
struct RoundingSums {
  private var values = 0
  private var strays = 0
  private var unseen = 0
  private var residual = 0.0
  private var expected = 0.0
  private var limits = (sum: 0.0, tolerance: 0.0, count: 0)
  private var sum = 0.0
  private var square = 0.0
  /// Factors that were fitted to the numbers, which makes residuals smaller than they are.
  var fitted = 0

  /// - Parameters:
  ///   - number: the counterpart's.
  ///   - level: what became of it.
  mutating func add(_ number: Double, at level: Double, of levels: RoundingLevels?) {
    guard number.isFinite, let levels else {
      unseen += 1
      return
    }
    let error = levels.error(of: number, at: level)
    let distance = abs(number - level)
    values += 1
    sum += number
    square += number * number
    residual += distance * distance
    expected += error.expectedSquare
    guard let limit = error.limit else { return }
    let tolerance = RoundingThresholds.cast * max(abs(number), abs(level))
    if distance > limit * (1 + RoundingThresholds.scaleSlack) + tolerance { strays += 1 }
    limits.sum += limit
    limits.tolerance += tolerance
    limits.count += 1
  }

  static func += (left: inout RoundingSums, right: RoundingSums) {
    left.values += right.values
    left.strays += right.strays
    left.unseen += right.unseen
    left.residual += right.residual
    left.expected += right.expected
    left.limits.sum += right.limits.sum
    left.limits.tolerance += right.limits.tolerance
    left.limits.count += right.limits.count
    left.sum += right.sum
    left.square += right.square
  }

  /// Whether enough was seen to say anything.
  var isEnough: Bool {
    values >= RoundingThresholds.leastValues
      && Double(values) >= RoundingThresholds.seenShare * Double(values + unseen)
      && deviation > 0
  }

  var count: Int { values }
  var strayShare: Double { values > 0 ? Double(strays) / Double(values) : 0 }
  /// Whether no more numbers stray than do by accident, and these are no further off than few numbers are.
  var isNearest: Bool {
    strays <= max(2, Int(RoundingThresholds.strayShare * Double(values)))
      && ratio <= RoundingThresholds.nearest + 4 / Double(max(1, values)).squareRoot()
  }

  /// 1 where nothing was rounded and nothing changed.
  var ratio: Double {
    guard expected > 0 else { return residual > 0 ? .infinity : 1 }
    let free = values > fitted ? Double(values) / Double(values - fitted) : .infinity
    return (residual / expected * free).squareRoot()
  }

  private var deviation: Double {
    let mean = sum / Double(max(values, 1))
    return max(0, square / Double(max(values, 1)) - mean * mean).squareRoot()
  }

  /// The least change before the rounding that makes the share of strays too large: of normal changes
  /// with a root mean square δ, beyond a tolerance t, (0.8 δ − t) / step lie on another level.
  var nearestResolution: Double {
    guard limits.count > 0, deviation > 0 else { return .infinity }
    let (step, tolerance) = (
      2 * limits.sum / Double(limits.count), limits.tolerance / Double(limits.count)
    )
    let least = (RoundingThresholds.strayShare * step + tolerance) / (2 / Double.pi).squareRoot()
    return least / deviation
  }

  /// What of the residual rounding to the nearest does not explain.
  var excessResolution: Double {
    guard deviation > 0 else { return .infinity }
    return (max(0, residual - expected) / Double(max(values, 1))).squareRoot() / deviation
  }
}
