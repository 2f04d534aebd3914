import COpenBLAS

/// Products and decompositions of dense row-major matrices, through BLAS and LAPACK.
package enum DenseMatrix {
  /// op(left) · op(right) in double.
  ///
  /// - Parameters:
  ///   - rows, columns: extents of the result.
  ///   - inner: the extent summed over.
  package static func product(
    _ left: [Double], _ right: [Double], rows: Int, columns: Int, inner: Int,
    transposeLeft: Bool = false, transposeRight: Bool = false
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    guard rows > 0, columns > 0, inner > 0 else { return result }
    useOneThread()
    cblas_dgemm(
      Int32(SKMRowMajor), flag(transposeLeft), flag(transposeRight), Int32(rows),
      Int32(columns), Int32(inner), 1, left, Int32(transposeLeft ? rows : inner), right,
      Int32(transposeRight ? inner : columns), 0, &result, Int32(columns))
    return result
  }

  /// A·Aᵀ of the rows of a matrix, or AᵀA of its columns, in double: half the work of `product`.
  ///
  /// - Parameters:
  ///   - values: `[side, inner]` where products of rows are wanted, else `[inner, side]`.
  /// - Returns: `[side, side]`, of which what is above the diagonal is 0 in columns, that is left of it in
  ///   rows: the triangle that LAPACK calls the lower one.
  package static func gram(_ values: [Double], side: Int, inner: Int, ofRows: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: side * side)
    guard side > 0, inner > 0 else { return result }
    useOneThread()
    cblas_dsyrk(
      Int32(SKMRowMajor), Int32(SKMUpper), flag(!ofRows), Int32(side), Int32(inner), 1, values,
      Int32(ofRows ? inner : side), 0, &result, Int32(side))
    return result
  }

  /// op(left) · op(right) in float.
  package static func product(
    _ left: [Float], _ right: [Float], rows: Int, columns: Int, inner: Int,
    transposeLeft: Bool = false, transposeRight: Bool = false
  ) -> [Float] {
    var result = [Float](repeating: 0, count: rows * columns)
    guard rows > 0, columns > 0, inner > 0 else { return result }
    useOneThread()
    cblas_sgemm(
      Int32(SKMRowMajor), flag(transposeLeft), flag(transposeRight), Int32(rows),
      Int32(columns), Int32(inner), 1, left, Int32(transposeLeft ? rows : inner), right,
      Int32(transposeRight ? inner : columns), 0, &result, Int32(columns))
    return result
  }

  /// op(matrix) · vector in double.
  ///
  /// - Parameters:
  ///   - rows, columns: extents of the matrix.
  package static func product(
    _ matrix: [Double], rows: Int, columns: Int, _ vector: [Double], transpose: Bool = false
  ) -> [Double] {
    var result = [Double](repeating: 0, count: transpose ? columns : rows)
    guard rows > 0, columns > 0 else { return result }
    useOneThread()
    cblas_dgemv(
      Int32(SKMRowMajor), flag(transpose), Int32(rows), Int32(columns), 1, matrix, Int32(columns),
      vector, 1, 0, &result, 1)
    return result
  }

  /// Keeps BLAS to the calling thread: parallelism here is over tensors and layers, and OpenBLAS's
  /// own threads make its decompositions slower on a busy machine.
  ///
  /// Comes before every call of BLAS or LAPACK: whoever had begun one with threads would wait for
  /// ever for those that another thread has ended since.
  package static func useOneThread() { _ = oneThread }

  private static let oneThread: Void = skm_blas_use_one_thread()

  private static func flag(_ transpose: Bool) -> Int32 {
    Int32(transpose ? SKMTrans : SKMNoTrans)
  }
}

/// Eigenvalues and eigenvectors of a symmetric matrix (LAPACK dsyevd).
package struct SymmetricEigen {
  /// Ascending.
  package let values: [Double]
  /// Eigenvector `i` is `vectors[i * side ..< (i + 1) * side]`.
  package let vectors: [Double]

  package init?(_ matrix: [Double], side: Int) {
    guard side > 0, matrix.count == side * side, matrix.allSatisfy(\.isFinite) else { return nil }
    DenseMatrix.useOneThread()
    var (order, status) = (Int32(side), Int32(0))
    var (a, w) = (matrix, [Double](repeating: 0, count: side))
    var (workQuery, integerQuery) = (0.0, Int32(0))
    var (query, integerSize) = (Int32(-1), Int32(-1))
    dsyevd_(
      "V", "L", &order, &a, &order, &w, &workQuery, &query, &integerQuery, &integerSize, &status)
    guard status == 0 else { return nil }
    var work = [Double](repeating: 0, count: max(1, Int(workQuery)))
    var integers = [Int32](repeating: 0, count: max(1, Int(integerQuery)))
    var (workCount, integerCount) = (Int32(work.count), Int32(integers.count))
    dsyevd_(
      "V", "L", &order, &a, &order, &w, &work, &workCount, &integers, &integerCount, &status)
    guard status == 0 else { return nil }
    (values, vectors) = (w, a)
  }
}
