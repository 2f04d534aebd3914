/// Up to three pieces of a stored matrix, from its start, its middle and its end, to look at the
/// neighbourhood of values: what a formula made is told by it (`Formula`).
///
/// Pieces lie on the diagonal of square matrices.
struct TensorPatch: Sendable, Equatable {
  static let columnLimit = 256
  static let rowLimit = 64
  /// Narrow matrices and vectors give as many values at least, where they have them.
  static let leastValues = 1024

  /// Columns of the matrix that pieces are cut from.
  private let stride: Int
  /// Rows and columns of each piece.
  let windows: [(rows: Range<Int>, columns: Range<Int>)]
  /// Row-major values of each piece, in the order in which they were read.
  private(set) var values: [[Float]]

  /// - Parameter lastExtent: of the tensor: one row is cut into rows of that many columns.
  init(rows: Int, columns: Int, lastExtent: Int? = nil) {
    guard rows > 0, columns > 0 else {
      (windows, values, stride) = ([], [], 1)
      return
    }
    let isCut = lastExtent.map { rows == 1 && $0 > 0 && $0 < columns && columns % $0 == 0 }
    let last = isCut ?? false ? lastExtent ?? columns : columns
    let (rows, columns) = (rows * (columns / last), last)
    stride = columns
    let width = min(columns, rows == 1 ? Self.leastValues : Self.columnLimit)
    let height = min(rows, max(Self.rowLimit, Self.leastValues / width))
    var starts = [(0, 0), ((rows - height) / 2, (columns - width) / 2)]
    starts.append((rows - height, columns - width))
    var windows: [(rows: Range<Int>, columns: Range<Int>)] = []
    for (row, column) in starts
    where windows.last.map({ row >= $0.rows.upperBound || column >= $0.columns.upperBound })
      ?? true
    {
      windows.append((row..<row + height, column..<column + width))
    }
    self.windows = windows
    values = windows.map { _ in [] }
  }

  /// Whether a block of the stored matrix holds a part of some piece.
  func touches(rows: Range<Int>, columns: Range<Int>) -> Bool {
    let (rows, columns, _) = cut(rows: rows, columns: columns)
    return windows.contains { $0.rows.overlaps(rows) && Self.holds(columns, $0.columns) }
  }

  /// Takes what it needs of a block, `[rows, columns]` row-major.
  mutating func take(_ block: UnsafePointer<Float>, rows: Range<Int>, columns: Range<Int>) {
    let (rows, columns, offset) = cut(rows: rows, columns: columns)
    for (index, window) in windows.enumerated() where Self.holds(columns, window.columns) {
      for row in window.rows.clamped(to: rows) {
        let start = block + offset + (row - rows.lowerBound) * columns.count
        values[index].append(
          contentsOf: UnsafeBufferPointer(
            start: start + window.columns.lowerBound - columns.lowerBound,
            count: window.columns.count))
      }
    }
  }

  /// A block of the stored matrix as whole rows of the one that pieces are cut from, and where they
  /// begin in it.
  private func cut(
    rows: Range<Int>, columns: Range<Int>
  ) -> (rows: Range<Int>, columns: Range<Int>, offset: Int) {
    guard columns.upperBound > stride else { return (rows, columns, 0) }
    let first = (columns.lowerBound + stride - 1) / stride
    let last = max(first, columns.upperBound / stride)
    return (first..<last, 0..<stride, first * stride - columns.lowerBound)
  }

  /// Joins what a later run of rows took.
  mutating func append(_ other: TensorPatch) {
    for index in values.indices where index < other.values.count {
      values[index] += other.values[index]
    }
  }

  /// The pieces that were read whole: rows, columns, values.
  var pieces: [(rows: Int, columns: Int, values: [Float])] {
    zip(windows, values).compactMap { window, values in
      let (rows, columns) = (window.rows.count, window.columns.count)
      return values.count == rows * columns ? (rows, columns, values) : nil
    }
  }

  /// A piece that a leaf's columns cut in two is left out.
  private static func holds(_ columns: Range<Int>, _ window: Range<Int>) -> Bool {
    columns.lowerBound <= window.lowerBound && columns.upperBound >= window.upperBound
  }

  static func == (left: TensorPatch, right: TensorPatch) -> Bool {
    left.values == right.values
      && left.windows.elementsEqual(right.windows) {
        $0.rows == $1.rows && $0.columns == $1.columns
      }
  }
}
