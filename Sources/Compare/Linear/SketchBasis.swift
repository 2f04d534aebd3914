import Fingerprint

/// Coordinates in which the sketches of unrelated matrices are white along their columns.
///
/// A centred row of C random numbers has covariance 1 − 11ᵀ/C, and its sketch Σ = D − u·uᵀ/C, where D
/// counts the columns in each bucket and u sums their signs. C < 32 leaves buckets empty, C = 40 fills
/// some twice as much as others, and centring takes a direction away. A sketch that is turned as if Σ
/// were the identity is therefore spread more evenly than any stranger's is, and strangers look alike
/// beside it: of 100 matrices of 16 × 16 by 18 standard deviations. Turned in white coordinates
/// it is distributed like a stranger.
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
    return Self.product(
      sketches,
      matrix { row, column in
        let along = shortened[row] * shortened[column]
        return ((row == column ? 1 : 0) + (inverse - 1) * along) / scale[row]
      })
  }

  /// Sketches of the matrices turned by a rotation of the white coordinates, each of unit norm.
  ///
  /// - Parameters:
  ///   - sketches: `[n, 32, 32]`.
  ///   - rotation: row-major `[rank, rank]`.
  func rebased(_ sketches: [Float], by rotation: [Float]) -> [Float] {
    // A reflection brings the shortened direction to the last coordinate.
    var normal = shortened
    normal[extent - 1] += normal[extent - 1] < 0 ? -1 : 1
    let square = normal.reduce(0) { $0 + $1 * $1 }
    func reflection(_ row: Int, _ column: Int) -> Double {
      (row == column ? 1 : 0) - 2 * normal[row] * normal[column] / square
    }
    let deviations = (0..<extent).map { $0 == extent - 1 && deviation > 0 ? deviation : 1 }
    let into = matrix { reflection($0, $1) / scale[$0] / deviations[$1] }
    let turn = matrix { row, column in
      row < rank && column < rank ? Double(rotation[column * rank + row]) : 0
    }
    let back = matrix { deviations[$0] * reflection($0, $1) * scale[$1] }
    return Self.product(sketches, Self.product(Self.product(into, turn), back))
  }

  private func matrix(_ entry: (Int, Int) -> Double) -> [Double] {
    var result = [Double](repeating: 0, count: Self.side * Self.side)
    for row in 0..<extent {
      for column in 0..<extent { result[row * Self.side + column] = entry(row, column) }
    }
    return result
  }

  private static func product(_ left: [Double], _ right: [Double]) -> [Double] {
    DenseMatrix.product(left, right, rows: side, columns: side, inner: side)
  }

  private static func product(_ sketches: [Float], _ matrix: [Double]) -> [Float] {
    var result = DenseMatrix.product(
      sketches, matrix.map(Float.init), rows: sketches.count / side, columns: side, inner: side)
    for start in stride(from: 0, to: result.count, by: side * side) {
      let sketch = start..<start + side * side
      let norm = result[sketch].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0 else { continue }
      for i in sketch { result[i] /= norm }
    }
    return result
  }
}
