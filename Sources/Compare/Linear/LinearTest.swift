import Canonicalise
import Fingerprint

/// The model-level test on linear sketches (method, section 4).
///
/// Tensors are not independent: all that touch the residual stream share its basis. H₀ ("the two
/// models were initialised and trained independently") is therefore represented by a random
/// re-basing O of that stream, the same for all tensors.
struct LinearTest {
  /// Sums over tensors of networks without a residual stream had this standard deviation over
  /// independent pairs, where independent tensors would give 1 (method, section 4).
  static let sumInflation = 1.7
  /// Draws of the randomised test; its mean and deviation are known to about a tenth.
  static let draws = 48
  /// The same for every pair of models.
  private static let orders: [SignedOrder] = {
    var generator = SplitMix64(seed: 0x5EED)
    return (0..<draws).map { _ in SignedOrder(using: &generator) }
  }()

  /// A test on tensors at equal places that is this clear needs no search for other counterparts.
  static let conclusiveZ = 8.0
  /// Matrices with fewer rows or columns are lists of vectors rather than maps of a hidden basis.
  static let minimumExtent = 8

  let correspondence: Correspondence
  let pairs: [TensorPair?]

  func evidence() -> LinearEvidence {
    let subject = correspondence.subject
    var (comparable, weighted, total) = (0, 0.0, 0)
    for index in subject.indices {
      let count = subject[index].elementCount
      total += count
      guard correspondence.isComparable(index) else { continue }
      comparable += count
      weighted += Double(count) * (pairs[index]?.cosine ?? 0)
    }
    let (mean, coverage) = (
      comparable > 0 ? weighted / Double(comparable) : 0,
      total > 0 ? Double(comparable) / Double(total) : 0
    )
    let placed = matrices { $0.match != .likeness }
    var result = LinearEvidence(
      test: .none, z: 0, mean: min(1, mean), coverage: coverage, matrices: 0)
    if !placed.isEmpty {
      let residual = residualZ(placed)
      result.test = residual == nil ? .sum : .residual
      (result.z, result.matrices) = (residual ?? sumZ(placed), placed.count)
    }
    if result.z < Self.conclusiveZ, let chosen = chosenZ(), chosen.z > result.z {
      result.test = .chosenCounterparts
      (result.z, result.matrices) = (chosen.z, chosen.matrices)
    }
    return result
  }

  /// Matrix pairs that carry the test.
  ///
  /// Those whose rows have a meaning of their own (tokens, positions, biases of a gate) are left out:
  /// independent models share that meaning.
  func matrices(where include: (TensorPair) -> Bool) -> [(index: Int, pair: TensorPair)] {
    correspondence.subject.indices.compactMap { index in
      guard let pair = pairs[index], include(pair), carriesTest(index) else { return nil }
      return (index, pair)
    }
  }

  private func carriesTest(_ index: Int) -> Bool {
    let tensor = correspondence.subject[index]
    guard let sketch = correspondence.sketch(index), !sketch.isVector,
      tensor.parameter == .weight, min(sketch.rows, sketch.columns) >= Self.minimumExtent
    else { return false }
    switch tensor.role {
    case .tokenEmbedding, .languageModelHead, .positionEmbedding, .tokenTypeEmbedding,
      .relativePositionBias, .router, .constant:
      return false
    default: return true
    }
  }

  /// Z = √K · tr(M) / ‖M‖ with M = Σ S_AᵀS_B in white coordinates, as tr(OM) has variance ‖M‖²/K over
  /// random O of K dimensions.
  ///
  /// Nil unless most matrices have a residual axis.
  func residualZ(_ pairs: [(index: Int, pair: TensorPair)]) -> Double? {
    let side = LinearSketch.side
    var sum = [Float](repeating: 0, count: side * side)
    var (used, freedom) = (0, side)
    for (index, pair) in pairs {
      guard correspondence.subject[index].role.residualAxis != nil,
        let mine = correspondence.sketch(index),
        let other = correspondence.counterpart(pair.reference, of: index)?.sketch
      else { continue }
      let basis = SketchBasis(columns: mine.columns)
      let product = DenseMatrix.product(
        basis.whitened(mine.values), basis.whitened(other.values), rows: side, columns: side,
        inner: side, transposeLeft: true)
      for i in sum.indices { sum[i] += product[i] }
      used += 1
      freedom = min(freedom, basis.rank)
    }
    guard used > 0, 2 * used > pairs.count else { return nil }
    let norm = sum.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let trace = (0..<side).reduce(0.0) { $0 + Double(sum[$1 * side + $1]) }
    return norm > 0 ? Double(freedom).squareRoot() * trace / norm : nil
  }

  /// Stouffer's sum of the tensors' z, divided by the deviation that it has over strangers.
  func sumZ(_ pairs: [(index: Int, pair: TensorPair)]) -> Double {
    let total = pairs.reduce(0.0) { $0 + $1.pair.z }
    return total / Double(pairs.count).squareRoot() / Self.sumInflation
  }

  /// T = Σ over tensors of the best cosine among all counterparts, against the same with the
  /// subject's columns in random orders: the choice is part of every draw.
  func chosenZ() -> (z: Double, matrices: Int)? {
    let tensors = correspondence.subject.indices.filter { carriesTest($0) }
    guard let search = CounterpartSearch(correspondence, tensors: tensors) else { return nil }
    let observed = search.statistic(rebasedBy: nil)
    let moments = SampleMoments(Self.orders.map { search.statistic(rebasedBy: $0) })
    guard moments.deviation > 0 else { return nil }
    return ((observed - moments.mean) / moments.deviation, search.tensorCount)
  }
}
