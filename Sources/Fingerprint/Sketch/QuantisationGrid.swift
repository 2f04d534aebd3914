/// An evenly spaced grid that all of a tensor's values lie on, group by group.
///
/// Integer quantisation leaves it behind even when the values are stored as floats again: within a
/// group that shares one scale, values are `zero point + k · step` for small integers k.
package struct QuantisationGrid: Sendable, Equatable, Codable {
  /// Smallest number of bits that counts the levels seen.
  package var bits: Int
  /// Values along a row (or column) that share a step; nil: all of it.
  package var group: Int?

  package init(bits: Int, group: Int?) {
    self.bits = bits
    self.group = group
  }

  /// Values of a row that are looked at.
  static let sampleLength = 1024
  static let groupSizes = [256, 128, 64, 32, 16]
  /// More levels than this are not told from an ordinary float format.
  static let maximumBits = 8
  /// Share of the sampled groups that must fit; a quantised group may miss when no two of its values
  /// are neighbours on the grid.
  static let requiredShare = 0.75
  /// Values that the groups must hold together.
  ///
  /// Of groups of 16 Gaussian values rounded to bfloat16,
  /// 1.4 % fit by chance; of 32, one in 20000. Six of eight of the former do once in 10^9.
  static let requiredValues = 128

  /// The coarsest grid that sampled rows lie on, or nil.
  ///
  /// - Parameters:
  ///   - rows: samples, each a run of values along one axis.
  ///   - significandBits: precision of the type the values are stored in: its rounding is the only
  ///     deviation from the grid that is tolerated.
  init?(rows: [[Float]], significandBits: Int) {
    guard let length = rows.map(\.count).min(), length >= 16 else { return nil }
    for group in [nil]
      + Self.groupSizes.filter({ $0 < length && length % $0 == 0 }).map(Optional.some)
    {
      let size = group ?? length
      var (fitting, groups, bits) = (0, 0, 1)
      let most = rows.reduce(0) { $0 + $1.count / size }
      search: for row in rows {
        for start in stride(from: 0, to: row.count - size + 1, by: size) {
          // Weights that were never quantised are told after a quarter of the groups.
          if Double(groups - fitting) > (1 - Self.requiredShare) * Double(most) { break search }
          let values = row[start..<start + size]
          guard values.contains(where: { $0 != 0 }) else { continue }
          groups += 1
          guard let found = Self.bits(of: values, significandBits: significandBits) else {
            continue
          }
          fitting += 1
          bits = max(bits, found)
        }
      }
      if groups >= max(4, Self.requiredValues / size),
        Double(fitting) >= Self.requiredShare * Double(groups)
      {
        self.init(bits: bits, group: group)
        return
      }
    }
    return nil
  }

  /// Steps between the lowest and the highest value of a grid that may have 256 levels: the first
  /// estimate of the step may be too short by a quarter.
  private static let mostSteps = 320

  /// The values without repetition, ascending.
  package static func distinct(_ values: ArraySlice<Float>) -> [Double] {
    var result: [Double] = []
    for value in values.sorted() where result.last != Double(value) { result.append(Double(value)) }
    return result
  }

  /// Bits of the finest even grid of at most 256 levels that holds all values, or nil.
  static func bits(of values: ArraySlice<Float>, significandBits: Int) -> Int? {
    let distinct = Self.distinct(values)
    // Two levels are a binary network's, unless one of them is the zero of a sparse matrix.
    if distinct.count == 2, distinct.allSatisfy(\.isFinite) {
      return distinct.contains(0) ? nil : 1
    }
    return levels(of: distinct, significandBits: significandBits)?.bits
  }

  /// An even grid: `origin + k · step`.
  package struct Levels: Sendable, Equatable {
    package var origin: Double
    package var step: Double
    package var bits: Int
  }

  /// The finest even grid of at most 256 levels that holds all values, of which there are three or more.
  ///
  /// - Parameters:
  ///   - distinct: ascending, without repetition.
  ///   - significandBits: precision of the type the values are stored in.
  package static func levels(of distinct: [Double], significandBits: Int) -> Levels? {
    guard let low = distinct.first, let high = distinct.last else { return nil }
    guard low.isFinite, high.isFinite else { return nil }
    guard distinct.count >= 3, distinct.count <= Self.mostSteps else { return nil }
    // Rounding to the stored type is relative, so small values show the step best.
    let reach = max(abs(low), abs(high))
    let rounding = 0.5 * Double(sign: .plus, exponent: 1 - significandBits, significand: 1)
    let near = distinct.filter { abs($0) <= reach / 16 }
    let inner = distinct.filter { abs($0) <= reach / 4 }
    let sample = near.count >= 6 ? near : inner.count >= 3 ? inner : distinct
    guard var step = zip(sample.dropFirst(), sample).map({ $0 - $1 }).min(), step > 0 else {
      return nil
    }
    guard (high - low) / step < Double(Self.mostSteps) else { return nil }
    let origin = sample.min { abs($0) < abs($1) } ?? low
    // The step is a difference of rounded values; refine it outwards, by the value that fixes it more
    // closely than what is known and then by averaging.
    var slack = 2 * rounding * (sample.map { abs($0) }.max() ?? 0)
    for value in distinct.sorted(by: { abs($0 - origin) < abs($1 - origin) }) {
      let multiple = ((value - origin) / step).rounded()
      guard multiple != 0 else { continue }
      let error = rounding * (abs(value) + abs(origin))
      let tolerance = error + 0.04 * step + abs(multiple) * slack
      guard abs(value - origin - multiple * step) <= tolerance else { return nil }
      let measured = (value - origin) / multiple
      if error / abs(multiple) < slack {
        (step, slack) = (measured, error / abs(multiple))
      } else if abs(multiple) >= 4 {
        (step, slack) = ((step + measured) / 2, max(slack / 2, error / abs(multiple) / 1.5))
      }
    }
    let levels = ((high - low) / step).rounded() + 1
    // The ends of the grid are known no better than the values there.
    let excess = (rounding * (abs(low) + abs(high)) + 256 * slack) / step
    guard levels <= 256 + excess else { return nil }
    return Levels(
      origin: origin, step: step, bits: max(1, Int(min(levels, 256)).nextPowerOfTwoExponent))
  }
}

extension Int {
  /// Smallest e with 2^e ≥ self.
  fileprivate var nextPowerOfTwoExponent: Int {
    self <= 1 ? 0 : Int.bitWidth - (self - 1).leadingZeroBitCount
  }
}
