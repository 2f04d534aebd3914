import Fingerprint

/// Coordinates in which the sketches of unrelated matrices are white along their columns.
///
/// A centred row of C random numbers has covariance 1 − 11ᵀ/C, and its sketch Σ = D − u·uᵀ/C, where D
/// counts the columns in each bucket and u sums their signs: C < 32 leaves buckets empty, C = 40 fills
/// some twice as much as others, and centring takes a direction away. A sketch that is re-based as if Σ
/// were the identity is spread more evenly than any stranger's is, and strangers look alike beside it:
/// 100 matrices of 16 × 16 by 18 standard deviations.
struct SketchBasis {
  private static let side = LinearSketch.side

  /// Dimensions that sketches of so many columns have.
  let rank: Int
  /// Buckets that columns fall into: the first ones.
  private let extent: Int
  /// D^½.
  private let scale: [Double]
  /// D^-½·u, of unit length: the direction that centring shortens.
  private let shortened: [Double]
  /// Standard deviation along it, 1 along all others; 0 where nothing is left.
  private let deviation: Double

  init(columns: Int) {
    extent = min(columns, Self.side)
    scale = (0..<extent).map {
      Double((columns - $0 + Self.side - 1) / Self.side).squareRoot()
    }
    let sums = IndexHash.signSums(columns)
    let direction = zip(sums, scale).map { $0 / $1 }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    shortened = direction.map { length > 0 ? $0 / length : 0 }
    let variance = 1 - length * length / Double(columns)
    deviation = variance > 1e-9 ? variance.squareRoot() : 0
    rank = deviation > 0 ? extent : extent - 1
  }

  /// Sketches in white coordinates: S·D^-½·(1 + (1/σ − 1)·q·qᵀ), each of unit norm.
  ///
  /// - Parameter sketches: `[n, 32, 32]`.
  func whitened(_ sketches: [Float]) -> [Float] {
    let inverse = deviation > 0 ? 1 / deviation : 0
    return Self.product(sketches, matrix { stretch(inverse, $0, $1) / scale[$0] })
  }

  /// Sketches of the matrices with their columns in another order, each of unit norm.
  ///
  /// The order of hidden units means nothing, to whatever they are initialised and however they are
  /// trained. A rotation would make numbers normal that are not: of strangers with sparse or
  /// heavy-tailed weights the most similar are more similar than those of normal ones.
  ///
  /// - Parameters:
  ///   - sketches: `[n, 32, 32]`.
  ///   - order: where each white coordinate goes, and with which sign.
  func rebased(_ sketches: [Float], by order: SignedOrder) -> [Float] {
    let places = order.places.filter { $0 < extent }
    // What centring leaves nothing of must stay where it is: columns move with the signs they have.
    let signs = (0..<extent).map {
      deviation > 0
        ? Double(order.signs[$0]) : (shortened[$0] * shortened[places[$0]] < 0 ? -1 : 1)
    }
    let (inverse, factor) = deviation > 0 ? (1 / deviation, deviation) : (1, 1)
    let white = matrix { stretch(inverse, $0, $1) / scale[$0] }
    var coloured = [Double](repeating: 0, count: Self.side * Self.side)
    for (place, source) in places.enumerated() {
      for column in 0..<extent {
        coloured[source * Self.side + column] =
          signs[place] * stretch(factor, place, column) * scale[column]
      }
    }
    let moved = DenseMatrix.product(
      white, coloured, rows: Self.side, columns: Self.side, inner: Self.side)
    return Self.product(sketches, moved)
  }

  /// What gives the columns of a sketch other signs, as if those of the matrix had them: `[32, 32]`,
  /// to be multiplied from the right.
  ///
  /// Centring comes after the signs: without it a matrix of few columns loses another direction than
  /// every stranger's does, and strangers look alike beside it.
  func signChange(_ signs: [Float]) -> [Double] {
    let inverse = deviation > 0 ? 1 / deviation : 1
    let white = matrix { stretch(inverse, $0, $1) / scale[$0] * Double(signs[$1]) }
    return DenseMatrix.product(
      white, matrix { stretch(deviation, $0, $1) * scale[$1] }, rows: Self.side,
      columns: Self.side, inner: Self.side)
  }

  /// An entry of 1 + (factor − 1)·q·qᵀ, which stretches the shortened direction.
  private func stretch(_ factor: Double, _ row: Int, _ column: Int) -> Double {
    (row == column ? 1 : 0) + (factor - 1) * shortened[row] * shortened[column]
  }

  private func matrix(_ entry: (Int, Int) -> Double) -> [Double] {
    var result = [Double](repeating: 0, count: Self.side * Self.side)
    for row in 0..<extent {
      for column in 0..<extent { result[row * Self.side + column] = entry(row, column) }
    }
    return result
  }

  private static func product(_ sketches: [Float], _ matrix: [Double]) -> [Float] {
    var result = DenseMatrix.product(
      sketches, matrix.map(Float.init), rows: sketches.count / side, columns: side, inner: side)
    Kernel.normalise(&result, runsOf: side * side)
    return result
  }
}

/// A random order of the buckets of a sketch, with random signs.
struct SignedOrder: Sendable {
  /// Which bucket comes to each place.
  let places: [Int]
  let signs: [Float]

  init(using generator: inout SplitMix64) {
    // Not the library's shuffle, whose results may change with its version.
    var places = Array(0..<LinearSketch.side)
    for last in places.indices.reversed() {
      places.swapAt(last, Int(generator.next() % UInt64(last + 1)))
    }
    self.places = places
    signs = places.map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
  }

  init(places: [Int], signs: [Float]) {
    (self.places, self.signs) = (places, signs)
  }
}
