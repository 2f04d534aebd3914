/// The one-dimensional counterpart of `LinearSketch`.
package enum VectorSketch {
  package static let length = 256

  /// The sketch of a vector less its mean.
  ///
  /// - Parameters:
  ///   - fold: `[256]`, sums of sign(i)·v[i] over i ≡ bucket (mod 256).
  ///   - count: length of the vector.
  ///   - mean: mean of the vector.
  /// - Returns: the centred vector itself if it is not longer than 256, else its centred fold.
  static func values(fold: [Double], count: Int, mean: Double) -> [Float] {
    if count <= length {
      let values = (0..<count).map { fold[$0] * Double(IndexHash.sign($0)) }
      return values.map { Float($0 - mean) }
    }
    var signSums = [Double](repeating: 0, count: length)
    for index in 0..<count { signSums[index % length] += Double(IndexHash.sign(index)) }
    return zip(fold, signSums).map { Float($0 - mean * $1) }
  }
}
