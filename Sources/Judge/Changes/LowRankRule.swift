import Canonicalise
import Compare
import Fingerprint
import Load

/// The change of the weights has low rank: a LoRA that was merged.
///
/// S(ΔW) = Ω ΔW Ψ has the rank of ΔW while that is below 32, plus the rounding of both checkpoints,
/// which is full rank but small: the rank is where the singular values fall to that floor.
enum LowRankRule: ChangeRule {
  /// Share of the modified parameters whose change must have low rank.
  static let minimumShare = 0.6
  /// Ranks up to this are told from full rank.
  static let maximumRank = 24

  static func change(_ context: ParentContext) -> Change? {
    guard let rank = rank(context) else { return nil }
    let tensors = context.matched.filter {
      context.statuses[$0.index] == .modified && $0.tensor.matrix != nil
    }
    return Change(
      .lowRank,
      [
        .rank: .integer(rank), .matrices: .integer(tensors.count),
        .roles: .texts(Set(tensors.map { $0.tensor.role.rawValue }).sorted()),
      ])
  }

  /// The rank that most modified matrices share; nil when their change is not of low rank.
  static func rank(_ context: ParentContext) -> Int? {
    var (votes, lowRank, modified) = ([Int: Int](), 0, 0)
    for (index, tensor, other, pair) in context.matched {
      // Values that are not finite were left out of the sketch, which is a change of low rank too.
      guard context.statuses[index] == .modified, tensor.moments.isFinite, other.moments.isFinite,
        let mine = tensor.matrix, let theirs = other.matrix
      else { continue }
      modified += tensor.elementCount
      guard
        tensor.elementType == other.elementType
          || pair.relativeChange > Rounding.floor(tensor, other),
        let rank = SketchDifference(mine, pair.transposed ? theirs.transposed : theirs)?.rank(
          roundingOf: tensor, other)
      else { continue }
      lowRank += tensor.elementCount
      votes[rank, default: 0] += 1
    }
    guard modified > 0, Double(lowRank) >= Self.minimumShare * Double(modified) else { return nil }
    return votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }
}

/// The sketch of B − A.
struct SketchDifference {
  /// Singular values, descending.
  let singularValues: [Double]
  private let fullRank: Int

  init?(_ subject: LinearSketch, _ reference: LinearSketch) {
    guard subject.rows == reference.rows, subject.columns == reference.columns else { return nil }
    let side = LinearSketch.side
    fullRank = min(side, subject.rows, subject.columns)
    let difference = zip(subject.raw, reference.raw).map { Double($0) - Double($1) }
    let gram = DenseMatrix.product(
      difference, difference, rows: side, columns: side, inner: side, transposeRight: true)
    guard let eigen = SymmetricEigen(gram, side: side) else { return nil }
    singularValues = eigen.values.reversed().map { max(0, $0).squareRoot() }
  }

  /// Ratio of successive singular values that counts as the edge of the spectrum.
  private static let gap = 1.6

  /// What summing up to some ten thousand numbers in float32 leaves of a sketch's precision.
  private static let sketchUnit = 64 * Rounding.unit(.float32)

  /// Number of singular values above the rounding floor, if they end in a clear gap and are few.
  func rank(roundingOf a: TensorFingerprint, _ b: TensorFingerprint) -> Int? {
    let limit = min(LowRankRule.maximumRank, fullRank * 3 / 4)
    guard limit > 0, let largest = singularValues.first, largest > 0 else { return nil }
    // A merged adapter is rounded once. Rounding errors are uniform within half a unit in the last
    // place, whose size relative to the value is 2^-p to 2^(1-p): 0.42 · 2^-p in the root mean
    // square. A random 32 × 32 sketch of norm n has singular values up to 2n/√32.
    let unit = max(
      Rounding.unit(a), Rounding.unit(b), Self.sketchUnit)
    let error = 0.42 * unit * max(a.moments.frobeniusNorm, b.moments.frobeniusNorm)
    let floor = 2 * error / Double(LinearSketch.side).squareRoot()
    let above = singularValues.prefix { $0 > floor }.count
    for rank in stride(from: min(limit, above), through: 1, by: -1) {
      let next = rank < singularValues.count ? singularValues[rank] : 0
      if singularValues[rank - 1] >= Self.gap * next, next <= 1.5 * floor { return rank }
    }
    return nil
  }
}
