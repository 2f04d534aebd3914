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
  static let leastShare = 0.05
  /// Number of values of which that much can be said, and of matrices.
  private static let leastValues = 200
  private static let leastMatrices = 4
  /// Steps that the type resolves so many times count.
  fileprivate static let resolution = 8.0

  /// - Parameters:
  ///   - base: what the values left are of.
  ///   - donor: another relative.
  package init?(
    subject: ModelFingerprint, base: ReferenceComparison, donor: ReferenceComparison
  ) {
    let steps = DonorSteps(subject: subject, base: base, donor: donor)
    self.init(steps, base: base.id, donor: donor.id)
  }

  /// What the steps show; nil where they do not show a mask.
  fileprivate init?(_ steps: DonorSteps, base: String, donor: String) {
    let ratios = steps.moved.map { $0.mine / $0.theirs }.sorted()
    guard steps.matrices >= Self.leastMatrices, ratios.count >= Self.leastValues,
      let scale = Self.mode(ratios)
    else { return nil }
    let total = Double(steps.all.count)
    self.init(
      base: base, donor: donor, scale: scale,
      unchanged: Double(steps.all.count - ratios.count) / total,
      taken: Double(steps.moved.count { $0.isTaken(scale) }) / total, matrices: steps.matrices)
    guard unchanged >= Self.leastShare, taken >= Self.leastShare else { return nil }
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

/// Single values that a donor moved away from a base, and what the subject has in their places.
private struct DonorSteps {
  struct Step {
    /// Number of the matrix, and of the value in its sample.
    var place: Place
    var mine: Double
    var theirs: Double
    var spacing: Double

    /// Whether the step is the donor's times a number: both ends are rounded, and so is the product.
    func isTaken(_ scale: Double) -> Bool {
      mine != 0 && abs(mine - scale * theirs) <= (1 + abs(scale)) * spacing
    }
  }

  struct Place: Hashable {
    var tensor: Int
    var value: Int
  }

  private(set) var all: [Step] = []
  /// Matrices of which some values were left and others were not.
  private(set) var matrices = 0

  var moved: [Step] { all.filter { $0.mine != 0 } }

  init(subject: ModelFingerprint, base: ReferenceComparison, donor: ReferenceComparison) {
    for index in subject.tensors.indices {
      // Models rounded to one grid, or pruned, have values in common that nobody took from another.
      guard let mine = SampledMatrix(index, of: subject, in: base), !mine.isOnGrid else { continue }
      let change = mine.change
      let changed = change.filter { $0 != 0 }
      guard !changed.isEmpty, changed.count < mine.before.count,
        let other = SampledMatrix(index, of: subject, in: donor), !other.isOnGrid,
        mine.after == other.after
      else { continue }
      let square = changed.reduce(0) { $0 + $1 * $1 } / Double(changed.count)
      let limit = square.squareRoot() / ElementMask.resolution
      matrices += 1
      for position in mine.before.indices
      where mine.spacing[position] <= limit && mine.after[position] != 0 {
        let step = other.before[position] - mine.before[position]
        guard abs(step) >= ElementMask.resolution * mine.spacing[position] else { continue }
        all.append(
          Step(
            place: Place(tensor: index, value: position), mine: change[position], theirs: step,
            spacing: mine.spacing[position]))
      }
    }
  }
}

/// A mask, and the values that were taken.
struct TakenSteps {
  let mask: ElementMask
  /// The donor's steps, and those of them that the subject moved by, or took.
  private var known: [DonorSteps.Place: Double] = [:]
  private var moved: Set<DonorSteps.Place> = []
  private var taken: Set<DonorSteps.Place> = []

  /// Of values that two donors had by chance in common, beside all that both could have: siblings by the same data
  /// stay below 0.3, two children of the subject are at 1.
  private static let mostInCommon = 0.5

  fileprivate init?(_ steps: DonorSteps, base: String, donor: String) {
    guard let mask = ElementMask(steps, base: base, donor: donor) else { return nil }
    self.mask = mask
    for step in steps.all {
      known[step.place] = step.theirs
      if step.mine != 0 { moved.insert(step.place) }
      if step.isTaken(mask.scale) { taken.insert(step.place) }
    }
  }

  /// Whether each of two donors has values in the subject that the other does not explain, and they are no two
  /// children of it: what these kept of it they have in common, and what each of them kept is no matter of what the
  /// other did.
  func isBeside(_ other: TakenSteps) -> Bool {
    let both = moved.intersection(other.moved)
    let (mine, theirs) = (taken.intersection(both), other.taken.intersection(both))
    let common = mine.intersection(theirs).count { known[$0] == other.known[$0] }
    let alone = min(mine.subtracting(theirs).count, theirs.subtracting(mine).count)
    return Double(alone) >= ElementMask.leastShare * Double(both.count)
      && Double(common * both.count)
        <= Self.mostInCommon * Double(mine.count) * Double(theirs.count)
      && alone > 0
  }

  /// Donors whose steps are in a subject value by value, each with some that no other explains, the one with most first.
  ///
  /// Positions among the relatives. Fewer than two are no merge.
  ///
  /// - Returns: with what the values left are of; nil where none were.
  static func donors(
    of subject: ModelFingerprint, among relatives: [ReferenceComparison]
  ) -> (base: Int, donors: [Int])? {
    let unchanged = relatives.map {
      UnchangedValues(subject: subject, comparison: $0)?.share ?? 0
    }
    guard let base = relatives.indices.max(by: { unchanged[$0] < unchanged[$1] }),
      unchanged[base] >= ElementMask.leastShare
    else { return nil }
    let found = relatives.indices.filter { $0 != base }.compactMap { donor in
      TakenSteps(
        DonorSteps(subject: subject, base: relatives[base], donor: relatives[donor]),
        base: relatives[base].id, donor: relatives[donor].id
      ).map { (donor: donor, steps: $0) }
    }.sorted { ($0.steps.mask.taken, -$0.donor) > ($1.steps.mask.taken, -$1.donor) }
    var chosen: [(donor: Int, steps: TakenSteps)] = []
    for next in found
    where chosen.allSatisfy({ next.steps.isBeside($0.steps) }) { chosen.append(next) }
    return (base, chosen.map(\.donor))
  }
}
