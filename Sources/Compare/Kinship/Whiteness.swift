import Fingerprint

/// How evenly the energy of a sketch is spread over its directions.
///
/// Independent errors of single elements (noise, dropped elements, rounding) make a sketch with
/// independent entries: (Σσ²)² / Σσ⁴ is 16 for 32 × 32 of them. What training leaves has a few large
/// directions: means of 5 to 11 were measured over models trained in every way at hand, above 13.5
/// over a narrow one that was trained long and hot; 15 and more over masks.
enum Whiteness {
  static let minimumRank = 14.5

  /// (Σσ²)² / Σσ⁴ of a `[32, 32]` sketch; nil for nothing.
  static func rank(_ sketch: [Double]) -> Double? {
    let side = LinearSketch.side
    guard sketch.count == side * side else { return nil }
    let gram = DenseMatrix.product(
      sketch, sketch, rows: side, columns: side, inner: side, transposeRight: true)
    let trace = (0..<side).reduce(0) { $0 + gram[$1 * side + $1] }
    let square = gram.reduce(0) { $0 + $1 * $1 }
    return square > 0 && square.isFinite ? trace * trace / square : nil
  }
}
