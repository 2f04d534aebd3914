import Canonicalise
package import Fingerprint

/// Single values that were moved from a base by a donor's step, while others were left as they were: what DARE, TIES
/// and element-wise merges do.
///
/// Value by value the step of the subject is nothing, or the donor's times one number. That number is the same to
/// some thousandths; the steps of siblings trained on the same data scatter by a tenth and more (docs/method.md).
package struct ElementMask: Sendable, Equatable {
  /// Ids of the model that the values left are of, and of the one whose steps were taken.
  package var base: String
  package var donor: String
  /// What the donor's steps were multiplied by.
  package var scale: Double
  /// Share of the values that are the base's bit for bit, and of those with the donor's step alone, where the two
  /// can be told apart.
  package var unchanged: Double
  package var taken: Double
  package var matrices: Int

  package init(
    base: String, donor: String, scale: Double, unchanged: Double, taken: Double, matrices: Int
  ) {
    self.base = base
    self.donor = donor
    self.scale = scale
    self.unchanged = unchanged
    self.taken = taken
    self.matrices = matrices
  }

  /// Width of the narrowest quarter of the ratios of steps, relative to its middle: 0.005 at most over masks, 0.11 at
  /// least between models that were trained.
  private static let exactness = 0.02
  /// Smallest shares of the values that were left and that were taken.
  private static let leastShare = 0.05
  /// Number of values of which that much can be said, and of matrices.
  private static let leastValues = 200
  private static let leastMatrices = 4
  /// Steps that the type resolves so many times count.
  private static let resolution = 8.0

  /// - Parameters:
  ///   - base: what the values left are of.
  ///   - donor: another relative.
  package init?(
    subject: ModelFingerprint, base: ReferenceComparison, donor: ReferenceComparison
  ) {
    var (steps, mixed): ([(mine: Double, theirs: Double, spacing: Double)], Int) = ([], 0)
    for index in subject.tensors.indices {
      guard let mine = SampledMatrix(index, of: subject, in: base) else { continue }
      let changed = mine.change.filter { $0 != 0 }
      guard !changed.isEmpty, changed.count < mine.before.count,
        let other = SampledMatrix(index, of: subject, in: donor), mine.after == other.after
      else { continue }
      let square = changed.reduce(0) { $0 + $1 * $1 } / Double(changed.count)
      let limit = square.squareRoot() / Self.resolution
      mixed += 1
      for position in mine.before.indices where mine.spacing[position] <= limit {
        let step = other.before[position] - mine.before[position]
        guard abs(step) >= Self.resolution * mine.spacing[position] else { continue }
        steps.append((mine.change[position], step, mine.spacing[position]))
      }
    }
    let moved = steps.filter { $0.mine != 0 }
    let ratios = moved.map { $0.mine / $0.theirs }.sorted()
    guard mixed >= Self.leastMatrices, ratios.count >= Self.leastValues,
      let scale = Self.mode(ratios)
    else { return nil }
    let taken = moved.count {
      // Both ends of the step are rounded, and so is its product.
      abs($0.mine - scale * $0.theirs) <= (1 + abs(scale)) * $0.spacing
    }
    let total = Double(steps.count)
    self.init(
      base: base.id, donor: donor.id, scale: scale,
      unchanged: Double(steps.count - moved.count) / total, taken: Double(taken) / total,
      matrices: mixed)
    guard unchanged >= Self.leastShare, self.taken >= Self.leastShare else { return nil }
  }

  /// The middle of the narrowest quarter, if it is narrow.
  private static func mode(_ sorted: [Double]) -> Double? {
    let quarter = sorted.count / 4
    let starts = 0..<(sorted.count - quarter)
    let narrowest = starts.min {
      sorted[$0 + quarter] - sorted[$0] < sorted[$1 + quarter] - sorted[$1]
    }
    guard let start = narrowest else { return nil }
    let middle = sorted[start + quarter / 2]
    guard middle != 0, sorted[start + quarter] - sorted[start] <= exactness * abs(middle) else {
      return nil
    }
    return middle
  }
}
