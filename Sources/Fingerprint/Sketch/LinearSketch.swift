/// A 32 × 32 linear image of a matrix that keeps inner products (method, section 2).
///
/// `raw[i][j]` sums `sign(r)·sign(c)·W[r][c]` over rows r ≡ i and columns c ≡ j (mod 32). With it go
/// the folded column means and row means, from which the sketch of the centred matrix follows
/// without a second pass. With u[i] = Σ sign(r) over r ≡ i, v[j] likewise over columns and the mean
/// μ of all entries:
///
///     S = raw − u ⊗ columnMeans − rowMeans ⊗ v + μ u ⊗ v
///
/// Rows and columns are both centred: with columns alone, independent pairs reached z = 5.6 where
/// both give 3.8 (docs/adr).
///
/// Being linear, S(αA + βB) = αS(A) + βS(B); being symmetric in its hash, S(Wᵀ) is the transpose.
///
/// - Source: Charikar, Chen, Farach-Colton. "Finding frequent items in data streams." ICALP 2002
///   (count sketch, here in both indices; the buckets are residues rather than random).
package struct LinearSketch: Sendable, Equatable {
  package static let side = IndexHash.buckets

  package var rows: Int
  package var columns: Int
  /// Row-major `[32, 32]`.
  package var raw: [Float]
  /// `[32]`: sign(c) · mean of column c, summed over c ≡ j.
  package var columnMeans: [Float]
  /// `[32]`: sign(r) · mean of row r, summed over r ≡ i.
  package var rowMeans: [Float]

  package init(
    rows: Int, columns: Int, raw: [Float], columnMeans: [Float], rowMeans: [Float]
  ) {
    self.rows = rows
    self.columns = columns
    self.raw = raw
    self.columnMeans = columnMeans
    self.rowMeans = rowMeans
  }

  /// The sketch of the transposed matrix.
  package var transposed: LinearSketch {
    LinearSketch(
      rows: columns, columns: rows, raw: Self.transpose(raw), columnMeans: rowMeans,
      rowMeans: columnMeans)
  }

  /// `[32, 32]`: the sketch of the matrix less its row and column means.
  ///
  /// - Parameter mean: mean of all entries.
  package func centred(mean: Double) -> [Float] {
    let (u, v) = (IndexHash.signSums(rows), IndexHash.signSums(columns))
    var result = raw
    for i in 0..<Self.side {
      for j in 0..<Self.side {
        let means =
          u[i] * Double(columnMeans[j]) + Double(rowMeans[i]) * v[j] - mean * u[i] * v[j]
        result[i * Self.side + j] -= Float(means)
      }
    }
    return result
  }

  private static func transpose(_ matrix: [Float]) -> [Float] {
    var result = matrix
    for i in 0..<side { for j in 0..<side { result[j * side + i] = matrix[i * side + j] } }
    return result
  }
}
