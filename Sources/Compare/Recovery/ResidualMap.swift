/// An orthogonal map between two models' residual streams: E_A · Q ≈ E_B.
enum ResidualMap: Sendable {
  case identity
  /// A signed permutation, or a selection where the subject is narrower: for each dimension of the
  /// reference, the subject's.
  case selection([Selected?], subjectWidth: Int)
  /// Q, `[reference width, subject width]`.
  case rotation(RowMatrix)

  struct Selected: Sendable, Equatable {
    var dimension: Int
    var sign: Float
  }

  /// Whether it maps streams of these widths.
  func fits(subjectWidth: Int, referenceWidth: Int) -> Bool {
    switch self {
    case .identity: subjectWidth == referenceWidth
    case .selection(let chosen, let width):
      subjectWidth == width && referenceWidth == chosen.count
    case .rotation(let matrix):
      subjectWidth == matrix.columns && referenceWidth == matrix.rows
    }
  }

  /// Rows of the subject's basis in the reference's: X · Qᵀ.
  func bring(_ rows: RowMatrix) -> RowMatrix {
    switch self {
    case .identity: return rows
    case .selection(let chosen, let width):
      guard width == rows.columns else { return rows }
      var result = RowMatrix(rows: rows.rows, columns: chosen.count)
      result.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<rows.rows {
          for (column, selected) in chosen.enumerated() {
            guard let selected else { continue }
            target[row * chosen.count + column] =
              selected.sign * rows.values[row * width + selected.dimension]
          }
        }
      }
      return result
    case .rotation(let matrix):
      return matrix.columns == rows.columns ? rows.timesTransposed(matrix) : rows
    }
  }

  /// Rows of the reference's basis in the subject's: X · Q.
  func push(_ rows: RowMatrix) -> RowMatrix {
    switch self {
    case .identity: return rows
    case .selection(let chosen, let width):
      guard chosen.count == rows.columns else { return rows }
      var result = RowMatrix(rows: rows.rows, columns: width)
      result.values.withUnsafeMutableBufferPointer { target in
        for row in 0..<rows.rows {
          for (column, selected) in chosen.enumerated() {
            guard let selected else { continue }
            target[row * width + selected.dimension] =
              selected.sign * rows.values[row * chosen.count + column]
          }
        }
      }
      return result
    case .rotation(let matrix): return matrix.rows == rows.columns ? rows.times(matrix) : rows
    }
  }
}
