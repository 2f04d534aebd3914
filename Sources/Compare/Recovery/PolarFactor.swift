import COpenBLAS
import Fingerprint

/// The nearest matrix with orthonormal rows or columns: U·Vᵀ of A = U·S·Vᵀ.
///
/// It solves Procrustes' problem: for A = Xᵀ·Y, X·(U·Vᵀ) is the rotation of X nearest to Y
/// (Schönemann 1966, doi:10.1007/BF02289451).
enum PolarFactor {
  /// - Returns: nil when the decomposition does not converge or A is not finite.
  /// - Complexity: O(rows · columns · min(rows, columns)), LAPACK dgesdd in double.
  static func of(_ matrix: RowMatrix) -> RowMatrix? {
    let (rows, columns) = (matrix.rows, matrix.columns)
    let rank = min(rows, columns)
    guard rank > 0, matrix.values.allSatisfy(\.isFinite) else { return nil }
    DenseMatrix.useOneThread()
    // A row-major matrix is its own transpose to LAPACK, so `left` holds V and `right` Uᵀ.
    var values = matrix.values.map(Double.init)
    var (m, n, k, status) = (Int32(columns), Int32(rows), Int32(rank), Int32(0))
    var singular = [Double](repeating: 0, count: rank)
    var left = [Double](repeating: 0, count: columns * rank)
    var right = [Double](repeating: 0, count: rank * rows)
    var integers = [Int32](repeating: 0, count: 8 * rank)
    var (workQuery, query) = (0.0, Int32(-1))
    dgesdd_(
      "S", &m, &n, &values, &m, &singular, &left, &m, &right, &k, &workQuery, &query, &integers,
      &status)
    guard status == 0 else { return nil }
    var work = [Double](repeating: 0, count: max(1, Int(workQuery)))
    var workCount = Int32(work.count)
    dgesdd_(
      "S", &m, &n, &values, &m, &singular, &left, &m, &right, &k, &work, &workCount, &integers,
      &status)
    guard status == 0 else { return nil }
    // `left` is [columns, rank] column major, that is Vᵀ row-major; `right` is [rank, rows] column
    // major, that is U row-major.
    let product = DenseMatrix.product(right, left, rows: rows, columns: columns, inner: rank)
    return RowMatrix(rows: rows, columns: columns, values: product.map(Float.init))
  }
}
