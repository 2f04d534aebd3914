import COpenBLAS

/// A dense row-major matrix of doubles, as model surgery needs it.
package struct ModelMatrix: Sendable, Equatable {
  package var rows: Int
  package var columns: Int
  package var values: [Double]

  package init(rows: Int, columns: Int, values: [Double]) {
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  package init(rows: Int, columns: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
    var values: [Double] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows { for column in 0..<columns { values.append(value(row, column)) } }
    self.init(rows: rows, columns: columns, values: values)
  }

  package static func identity(_ side: Int) -> ModelMatrix {
    ModelMatrix(rows: side, columns: side) { $0 == $1 ? 1 : 0 }
  }

  package subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  package var transposed: ModelMatrix {
    ModelMatrix(rows: columns, columns: rows) { self[$1, $0] }
  }

  package var floats: [Float] { values.map { Float($0) } }

  /// Rows in another order: row `i` of the result is row `order[i]`.
  package func rows(_ order: [Int]) -> ModelMatrix {
    ModelMatrix(
      rows: order.count, columns: columns,
      values: order.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }

  /// Columns in another order: column `i` of the result is column `order[i]`.
  package func columns(_ order: [Int]) -> ModelMatrix {
    ModelMatrix(rows: rows, columns: order.count) { self[$0, order[$1]] }
  }

  package func scalingRows(_ factors: [Double]) -> ModelMatrix {
    ModelMatrix(rows: rows, columns: columns) { self[$0, $1] * factors[$0] }
  }

  package func scalingColumns(_ factors: [Double]) -> ModelMatrix {
    ModelMatrix(rows: rows, columns: columns) { self[$0, $1] * factors[$1] }
  }

  package static func * (left: ModelMatrix, right: ModelMatrix) -> ModelMatrix {
    var result = [Double](repeating: 0, count: left.rows * right.columns)
    cblas_dgemm(
      Int32(SKMRowMajor), Int32(SKMNoTrans), Int32(SKMNoTrans), Int32(left.rows),
      Int32(right.columns), Int32(left.columns), 1, left.values, Int32(left.columns), right.values,
      Int32(right.columns), 0, &result, Int32(right.columns))
    return ModelMatrix(rows: left.rows, columns: right.columns, values: result)
  }

  /// α·self + β·other.
  package func combined(_ alpha: Double, _ other: ModelMatrix, _ beta: Double) -> ModelMatrix {
    ModelMatrix(
      rows: rows, columns: columns,
      values: zip(values, other.values).map { alpha * $0 + beta * $1 })
  }

  /// Blocks along the diagonal.
  package static func blocks(_ blocks: [ModelMatrix]) -> ModelMatrix {
    let side = blocks.reduce(0) { $0 + $1.rows }
    var result = ModelMatrix(rows: side, columns: side) { _, _ in 0 }
    var start = 0
    for block in blocks {
      for row in 0..<block.rows {
        for column in 0..<block.columns { result[start + row, start + column] = block[row, column] }
      }
      start += block.rows
    }
    return result
  }

  /// Matrices over one another.
  package static func stacked(_ parts: [ModelMatrix]) -> ModelMatrix {
    ModelMatrix(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0,
      values: parts.flatMap(\.values))
  }
}
