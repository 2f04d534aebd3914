import COpenBLAS
import Foundation

/// The probe directions of a model: the same 64 semantic directions in every model, whatever its
/// basis or width (method, section 3).
///
/// With E (anchors × hidden) the centred embedding rows of the anchor tokens and E = U S Vᵀ, the top
/// of the singular directions is dropped and the rest whitened, F = U₂ V₂ᵀ. Each anchor string
/// seeds a fixed Gaussian column of R (64 × anchors); P = R F, scaled to ‖P‖ = √64.
/// If every row of E is rotated, E → E Q, then P → P Q: a circuit, which has P on both sides, does
/// not change.
///
/// - Numerics: the smaller Gram matrix of E is formed and decomposed in double (`SymmetricSpectrum`), so
///   singular values are right to about 1e-8 of the largest; directions below 1e-6 of it are noise
///   and are left out with the head.
struct AnchorFrame: Sendable {
  /// `[64, hidden]`, row-major.
  let probes: [Float]
  let hidden: Int
  /// Directions kept.
  let rank: Int

  /// Fewer anchors than this make a frame that noise dominates.
  static let minimumAnchors = 64
  /// Columns of an embedding beyond which none is made.
  ///
  /// A thousand rows of more take a gigabyte; the widest published networks have some 20 000.
  static let mostDimensions = 1 << 15
  /// Share of the singular directions that independent models have in common: word frequency and
  /// word class.
  ///
  /// With them, strangers reach z = 45; without, 4 (method, section 3).
  static let droppedShare = 0.1
  /// Directions that are dropped at least, up to half of all.
  ///
  /// What independent models have in common is some 20 to 40 directions, however few tokens there
  /// are. A tenth of 64 left twins of one text
  /// circuits that agreed by 0.20; without 32 they agree by 0.05 (method, section 3).
  static let droppedDirections = 32
  static let relativeTolerance = 1e-6
  /// Fewer directions than this left, and probes repeat themselves.
  static let minimumRank = 12

  /// - Parameters:
  ///   - embeddings: `[anchors, hidden]`, row-major.
  ///   - anchors: the anchor strings, one per row.
  /// - Returns: nil when there are too few anchors, or too few independent ones.
  init?(embeddings: [Double], anchors: [[UInt8]], hidden: Int) {
    let count = anchors.count
    guard count >= Self.minimumAnchors, hidden >= 8, embeddings.count == count * hidden else {
      return nil
    }
    let centred = Self.centred(embeddings, columns: hidden)
    let wide = hidden > count
    let side = wide ? count : hidden
    let gram = DenseMatrix.gram(
      centred, side: side, inner: wide ? hidden : count, ofRows: wide)
    guard let spectrum = SymmetricSpectrum(gram, side: side) else { return nil }
    let singular = spectrum.values.map { max($0, 0).squareRoot() }
    guard let largest = singular.last, largest > 0, largest.isFinite else { return nil }
    let kept = Self.loud(
      singular.indices.filter { singular[$0] > Self.relativeTolerance * largest },
      of: spectrum.values)
    let dropped = max(
      Int((Self.droppedShare * Double(kept.count)).rounded(.up)),
      min(Self.droppedDirections, kept.count / 2))
    let tail = kept.dropLast(dropped)
    guard tail.count >= Self.minimumRank, let first = tail.first, let last = tail.last else {
      return nil
    }
    // Eigenvalues ascend, so that the tail is a range of them.
    let whitening = (first...last).map { 1 / singular[$0] }
    let directions = Self.directions(anchors: anchors)
    let k = Projection.directions
    let product: [Double]
    if wide {
      // F = U₂ S₂⁻¹ U₂ᵀ E
      guard
        let middle = spectrum.product(
          directions, rows: k, weights: whitening, from: first)
      else { return nil }
      product = DenseMatrix.product(middle, centred, rows: k, columns: hidden, inner: side)
    } else {
      // F = E V₂ S₂⁻¹ V₂ᵀ
      let left = DenseMatrix.product(directions, centred, rows: k, columns: hidden, inner: count)
      guard let whitened = spectrum.product(left, rows: k, weights: whitening, from: first) else {
        return nil
      }
      product = whitened
    }
    let norm = product.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > 0, norm.isFinite else { return nil }
    let scale = Double(k).squareRoot() / norm
    probes = product.map { Float($0 * scale) }
    self.hidden = hidden
    rank = tail.count
  }

  /// Directions that are this many times as quiet as the next louder ones are padding.
  ///
  /// Whitening would make as much of dimensions in which tokens hardly differ, which anybody can add and
  /// have read aloud, as of the others. Singular values of trained and random embeddings fall by a factor of
  /// 1.8 at most from one to the next, the last of square ones by 3.3.
  static let gap = 5.0
  /// Fewer quiet directions than this are left where they are.
  static let leastQuiet = 8

  /// So are directions this many times as quiet as the last of the head that independent models have in common,
  /// however the spectrum gets there.
  ///
  /// Of the zoo, its kin and the twins none is so quiet with more anchors than columns (3.5 at most). Of square ones
  /// some of a hundred are, and hold the least of what training leaves. What is read aloud of louder ones, so much that
  /// circuits drown, changes what the model computes.
  static let quietness = 30.0

  /// The directions that tokens differ in, of those that the spectrum has.
  ///
  /// - Parameter directions: places of eigenvalues, which ascend.
  private static func loud(_ directions: [Int], of eigenvalues: [Double]) -> [Int] {
    let directions = aboveGap(directions, of: eigenvalues)
    guard directions.count > droppedDirections else { return directions }
    let last = eigenvalues[directions[directions.count - droppedDirections]]
    let loud = directions.filter { eigenvalues[$0] * quietness * quietness >= last }
    return loud.count >= droppedDirections + minimumRank ? loud : directions
  }

  /// Those above a gap, if there is one below the head.
  private static func aboveGap(_ directions: [Int], of eigenvalues: [Double]) -> [Int] {
    let head = droppedDirections + minimumRank
    guard directions.count > head + leastQuiet else { return directions }
    for position in (leastQuiet..<directions.count - head).reversed() {
      let (louder, quieter) = (
        eigenvalues[directions[position]], eigenvalues[directions[position - 1]]
      )
      if louder > gap * gap * quieter { return Array(directions[position...]) }
    }
    return directions
  }

  /// Subtracts the mean of each column, row by row as they are stored.
  private static func centred(_ values: [Double], columns: Int) -> [Double] {
    let rows = values.count / columns
    var means = [Double](repeating: 0, count: columns)
    var result = values
    result.withUnsafeMutableBufferPointer { result in
      means.withUnsafeMutableBufferPointer { means in
        for row in 0..<rows {
          for column in 0..<columns { means[column] += result[row * columns + column] }
        }
        for column in 0..<columns { means[column] /= Double(rows) }
        for row in 0..<rows {
          for column in 0..<columns { result[row * columns + column] -= means[column] }
        }
      }
    }
    return result
  }

  /// P·Pᵀ, `[64, 64]`: the circuit of an isotropic matrix.
  var gram: [Double] {
    let values = probes.map(Double.init)
    let k = Projection.directions
    return DenseMatrix.product(
      values, values, rows: k, columns: k, inner: hidden, transposeRight: true)
  }

  /// Pᵀ, `[hidden, 64]`, as projections take it.
  var columns: [Float] {
    let k = Projection.directions
    var result = [Float](repeating: 0, count: probes.count)
    for direction in 0..<k {
      for i in 0..<hidden { result[i * k + direction] = probes[direction * hidden + i] }
    }
    return result
  }

  /// R, `[64, anchors]`: standard normal numbers that depend on each anchor's string only.
  private static func directions(anchors: [[UInt8]]) -> [Double] {
    let k = Projection.directions
    var result = [Double](repeating: 0, count: k * anchors.count)
    for (column, anchor) in anchors.enumerated() {
      var generator = SplitMix64(seed: StableHash.fnv1a(anchor))
      for row in stride(from: 0, to: k, by: 2) {
        let (first, second) = generator.nextGaussianPair()
        result[row * anchors.count + column] = first
        result[(row + 1) * anchors.count + column] = second
      }
    }
    return result
  }
}

extension SplitMix64 {
  /// Two independent standard normal numbers (Box and Muller, 1958).
  package mutating func nextGaussianPair() -> (Double, Double) {
    let uniform = (Double(next() >> 11) + 1) * 0x1p-53
    let angle = Double(next() >> 11) * 0x1p-53 * 2 * Double.pi
    let radius = (-2 * log(uniform)).squareRoot()
    return (radius * cos(angle), radius * sin(angle))
  }
}
