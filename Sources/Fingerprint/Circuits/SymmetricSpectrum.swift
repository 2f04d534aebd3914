import COpenBLAS

/// A symmetric matrix A = U Λ Uᵀ, for products of a few rows with functions of it.
///
/// A is brought to tridiagonal form, A = Q T Qᵀ, and T = W Λ Wᵀ is decomposed by divide and conquer (LAPACK
/// dsytrd, dstedc). U = Q W is never formed: Q is applied to the rows instead, which for few of them takes
/// half the time of `SymmetricEigen`.
struct SymmetricSpectrum {
  /// Eigenvalues, ascending.
  let values: [Double]
  private let side: Int
  /// Q as Householder reflectors.
  private let reflectors: [Double]
  private let factors: [Double]
  /// W: eigenvector `i` of T is `vectors[i * side ..< (i + 1) * side]`.
  private let vectors: [Double]

  /// - Parameter matrix: `[side, side]`, of which only the lower triangle is read, by columns
  ///   (`DenseMatrix.gram`).
  /// - Returns: nil where a number is not finite, or nothing converges.
  init?(_ matrix: [Double], side: Int) {
    guard side > 0, matrix.count == side * side, matrix.allSatisfy(\.isFinite) else { return nil }
    DenseMatrix.useOneThread()
    var (order, status) = (Int32(side), Int32(0))
    var (reflectors, diagonal) = (matrix, [Double](repeating: 0, count: side))
    var (beside, factors) = (diagonal, diagonal)
    var work = [Double](repeating: 0, count: side * Self.block)
    var workCount = Int32(work.count)
    dsytrd_(
      "L", &order, &reflectors, &order, &diagonal, &beside, &factors, &work, &workCount, &status)
    guard status == 0 else { return nil }
    // As much as dstedc asks for.
    work = [Double](repeating: 0, count: 1 + 4 * side + side * side)
    var integers = [Int32](repeating: 0, count: 3 + 5 * side)
    workCount = Int32(work.count)
    var (integerCount, vectors) = (Int32(integers.count), matrix)
    dstedc_(
      "I", &order, &diagonal, &beside, &vectors, &order, &work, &workCount, &integers,
      &integerCount, &status)
    guard status == 0 else { return nil }
    (self.side, self.reflectors, self.factors) = (side, reflectors, factors)
    (values, self.vectors) = (diagonal, vectors)
  }

  /// Columns that LAPACK treats at once.
  private static let block = 64

  /// B · Σ wᵢ uᵢ uᵢᵀ over successive eigenvectors.
  ///
  /// - Parameters:
  ///   - matrix: B, `[rows, side]`, row-major, and so is the result.
  ///   - weights: w, of the eigenvectors from the one at `first` on.
  func product(
    _ matrix: [Double], rows: Int, weights: [Double], from first: Int
  ) -> [Double]? {
    guard let turned = applied(matrix, rows: rows, transposed: true) else { return nil }
    let part = Array(vectors[first * side..<(first + weights.count) * side])
    var along = DenseMatrix.product(
      turned, part, rows: rows, columns: weights.count, inner: side, transposeRight: true)
    for row in 0..<rows {
      for (i, weight) in weights.enumerated() { along[row * weights.count + i] *= weight }
    }
    let product = DenseMatrix.product(
      along, part, rows: rows, columns: side, inner: weights.count)
    return applied(product, rows: rows, transposed: false)
  }

  /// B·Q, or B·Qᵀ: as LAPACK sees it, by columns, Qᵀ or Q times B.
  private func applied(_ matrix: [Double], rows: Int, transposed: Bool) -> [Double]? {
    var (order, count, status) = (Int32(side), Int32(rows), Int32(0))
    var result = matrix
    var work = [Double](repeating: 0, count: (rows + Self.block + 1) * Self.block)
    var workCount = Int32(work.count)
    dormtr_(
      "L", "L", transposed ? "T" : "N", &order, &count, reflectors, &order, factors, &result,
      &order, &work, &workCount, &status)
    return status == 0 ? result : nil
  }
}
