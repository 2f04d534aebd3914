import Fingerprint

/// Variance of the cosine between two matrices if one of them were randomly rotated.
///
/// For X, Y of `rows` × `columns` (degrees of freedom actually used, at most the side):
///
///     v = max(1 / (rows · columns), tr(XXᵀYYᵀ) / (columns ‖X‖²‖Y‖²), tr(XᵀXYᵀY) / (rows ‖X‖²‖Y‖²))
///
/// The first term is that of spread-out spectra; the others grow when both matrices concentrate on
/// few directions, which leaves fewer degrees of freedom and less evidence. Method, section 4.
package enum NullVariance {
  /// - Parameters:
  ///   - x, y: row-major `[side, side]`, of unit Frobenius norm.
  ///   - rows, columns: extents of the matrices behind the sketches.
  ///   - symmetric: whether both are symmetric, which doubles the variance.
  package static func ofCosine(
    _ x: [Float], _ y: [Float], side: Int, rows: Int, columns: Int, symmetric: Bool = false
  ) -> Double {
    let (rowFreedom, columnFreedom) = (Double(min(side, rows)), Double(min(side, columns)))
    let left = overlap(gram(x, side: side, ofRows: true), gram(y, side: side, ofRows: true))
    let right = overlap(gram(x, side: side, ofRows: false), gram(y, side: side, ofRows: false))
    let spread = max(
      1 / (rowFreedom * columnFreedom), left / columnFreedom, right / rowFreedom)
    return symmetric ? 2 * spread : spread
  }

  /// XXᵀ or XᵀX.
  package static func gram(_ matrix: [Float], side: Int, ofRows: Bool) -> [Float] {
    DenseMatrix.product(
      matrix, matrix, rows: side, columns: side, inner: side, transposeLeft: !ofRows,
      transposeRight: ofRows)
  }

  /// tr(AB) of symmetric matrices.
  package static func overlap(_ a: [Float], _ b: [Float]) -> Double {
    Kernel.dot(a, b)
  }
}
