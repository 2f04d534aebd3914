import Fingerprint
import Kernels

/// A dense row-major matrix, in memory.
struct RowMatrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  var values: [Float]

  init(rows: Int, columns: Int, values: [Float]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: [Float](repeating: 0, count: rows * columns))
  }

  subscript(_ row: Int, _ column: Int) -> Float { values[row * columns + column] }

  var transposed: RowMatrix {
    var result = RowMatrix(rows: columns, columns: rows)
    values.withUnsafeBufferPointer { source in
      result.values.withUnsafeMutableBufferPointer { target in
        // Tiles keep both sides in the first-level cache.
        for top in stride(from: 0, to: rows, by: 32) {
          for left in stride(from: 0, to: columns, by: 32) {
            for row in top..<min(top + 32, rows) {
              for column in left..<min(left + 32, columns) {
                target[column * rows + row] = source[row * columns + column]
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The product self · other.
  func times(_ other: RowMatrix) -> RowMatrix {
    RowMatrix(
      rows: rows, columns: other.columns,
      values: DenseMatrix.product(
        values, other.values, rows: rows, columns: other.columns, inner: columns))
  }

  /// The product self · otherᵀ.
  func timesTransposed(_ other: RowMatrix) -> RowMatrix {
    RowMatrix(
      rows: rows, columns: other.rows,
      values: DenseMatrix.product(
        values, other.values, rows: rows, columns: other.rows, inner: columns,
        transposeRight: true))
  }

  /// The product selfᵀ · other.
  func transposedTimes(_ other: RowMatrix) -> RowMatrix {
    RowMatrix(
      rows: columns, columns: other.columns,
      values: DenseMatrix.product(
        values, other.values, rows: columns, columns: other.columns, inner: rows,
        transposeLeft: true))
  }

  /// The rows with the given indices.
  func selecting(rows chosen: [Int]) -> RowMatrix {
    var result: [Float] = []
    result.reserveCapacity(chosen.count * columns)
    for row in chosen { result += values[row * columns..<(row + 1) * columns] }
    return RowMatrix(rows: chosen.count, columns: columns, values: result)
  }

  func selecting(rows range: Range<Int>) -> RowMatrix {
    RowMatrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Scalar product of a row with a row of another matrix as wide.
  func dot(_ row: Int, _ other: RowMatrix, _ otherRow: Int) -> Double {
    values.withUnsafeBufferPointer { a in
      other.values.withUnsafeBufferPointer { b in
        guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
        return skm_dot(x + row * columns, y + otherRow * other.columns, columns)
      }
    }
  }

  /// ‖row‖² of every row.
  var rowEnergies: [Double] { (0..<rows).map { dot($0, self, $0) } }

  /// ‖self‖².
  var energy: Double { rowEnergies.reduce(0, +) }

  /// Every row scaled to unit norm; rows of zeroes stay.
  var withUnitRows: RowMatrix {
    scaled(rows: rowEnergies.map { $0 > 0 ? Float(1 / $0.squareRoot()) : 0 })
  }

  /// Less the mean of every column.
  var centred: RowMatrix {
    guard rows > 0 else { return self }
    var means = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { means[column] += Double(values[row * columns + column]) }
    }
    var result = self
    let shift = means.map { Float($0 / Double(rows)) }
    result.values.withUnsafeMutableBufferPointer { target in
      for row in 0..<rows {
        for column in 0..<columns { target[row * columns + column] -= shift[column] }
      }
    }
    return result
  }

  /// Row i times factor i.
  func scaled(rows factors: [Float]) -> RowMatrix {
    var result = self
    result.values.withUnsafeMutableBufferPointer { target in
      for row in 0..<rows {
        for column in 0..<columns { target[row * columns + column] *= factors[row] }
      }
    }
    return result
  }

  /// Column i times factor i.
  func scaled(columns factors: [Float]) -> RowMatrix {
    var result = self
    result.scale(columns: factors)
    return result
  }

  mutating func scale(columns factors: [Float]) {
    let (rows, columns) = (rows, columns)
    values.withUnsafeMutableBufferPointer { target in
      for row in 0..<rows {
        for column in 0..<columns { target[row * columns + column] *= factors[column] }
      }
    }
  }
}
