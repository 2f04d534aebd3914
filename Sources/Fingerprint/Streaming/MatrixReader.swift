package import Canonicalise
package import Load

/// Reads rectangles of a canonical tensor in the orientation in which they are stored.
package struct MatrixReader: Sendable {
  package let tensor: Tensor
  package let view: TensorView
  let decoder: ElementDecoder
  private let elementSize: Int

  /// Nil when the tensor's type cannot be decoded (`ElementDecoder`).
  package init?(_ tensor: Tensor, view: TensorView) {
    guard let decoder = ElementDecoder(tensor.elementType) else { return nil }
    self.tensor = tensor
    self.view = view
    self.decoder = decoder
    elementSize = tensor.elementType.bitWidth / 8
  }

  /// Decodes a rectangle, row-major and dense.
  ///
  /// - Parameters:
  ///   - rows, columns: indices into the view's selections.
  ///   - target: room for `rows.count · columns.count` floats.
  package func read(
    rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>,
    scratch: ByteScratch
  ) throws(LoadError) {
    var next = target
    try readStored(rows: rows, columns: columns, scratch: scratch) {
      next += decode($0, into: next)
    }
  }

  /// Decodes stored bytes; returns how many elements they are.
  func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Float>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let count = bytes.count / elementSize
    decoder.decode(base, into: target, count: count)
    return count
  }

  /// Bytes of this many elements.
  func byteCount(_ elements: Int) -> Int { elements * elementSize }

  /// Calls `visit` with the stored bytes of a rectangle, piece by piece in row-major order: in one
  /// piece where storage has them so.
  func readStored(
    rows: Range<Int>, columns: Range<Int>, scratch: ByteScratch,
    visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      let run = min(view.rows.run(at: row), rows.upperBound - row)
      try readRun(
        storedRow: view.rows.index(row), count: run, columns: columns, scratch: scratch,
        visit: visit)
      row += run
    }
  }

  /// The bytes of storage from one element through the one before another, in stored order.
  func storedBytes(
    from first: (row: Int, column: Int), through last: (row: Int, column: Int)
  ) -> Range<Int> {
    guard last.row > first.row, last.column > 0 else { return 0..<0 }
    func offset(_ row: Int, _ column: Int) -> Int {
      view.offset + view.rows.index(row) * view.storedColumns + view.columns.index(column)
    }
    let start = offset(first.row, first.column)
    let end = max(offset(last.row - 1, last.column - 1) + 1, start)
    return start * elementSize..<end * elementSize
  }

  /// Decodes one stored row of the selection.
  package func readRow(_ row: Int, scratch: ByteScratch) throws(LoadError) -> [Float] {
    try values(rows: row..<row + 1, columns: 0..<view.columns.count, scratch: scratch)
  }

  /// Decodes some rows of the canonical matrix, `[rows.count, columns]`.
  ///
  /// Where they are stored columns, the whole matrix is read once, a stored row at a time.
  package func canonicalRows(_ rows: [Int], scratch: ByteScratch) throws(LoadError) -> [Float] {
    let length = view.columnCount
    var result: [Float] = []
    result.reserveCapacity(rows.count * length)
    guard view.transposed else {
      for row in rows { result += try readRow(row, scratch: scratch) }
      return result
    }
    result = [Float](repeating: 0, count: rows.count * length)
    for column in 0..<length {
      let values = try readRow(column, scratch: scratch)
      for (place, row) in rows.enumerated() { result[place * length + column] = values[row] }
    }
    return result
  }

  private func values(
    rows: Range<Int>, columns: Range<Int>, scratch: ByteScratch
  ) throws(LoadError) -> [Float] {
    var result = [Float](repeating: 0, count: rows.count * columns.count)
    let failure: LoadError? = result.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      do throws(LoadError) {
        try read(rows: rows, columns: columns, into: base, scratch: scratch)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// More bytes than this multiple of what is wanted are not read at once.
  private static let mostWaste = 4

  /// Reads successive stored rows in one request where most of their columns are wanted, such as the
  /// parts of a fused matrix.
  private func readRun(
    storedRow: Int, count: Int, columns: Range<Int>, scratch: ByteScratch,
    visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    guard count > 0, !columns.isEmpty else { return }
    let first = view.columns.index(columns.lowerBound)
    let last = view.columns.index(columns.upperBound - 1)
    let origin = view.offset + storedRow * view.storedColumns
    let elements = origin + first..<origin + (count - 1) * view.storedColumns + last + 1
    guard count == 1 || elements.count / Self.mostWaste <= count * columns.count else {
      for row in 0..<count {
        try readRun(
          storedRow: storedRow + row, count: 1, columns: columns, scratch: scratch, visit: visit)
      }
      return
    }
    try tensor.withBytes(of: elements, scratch: scratch) { (bytes) throws(LoadError) in
      if last - first + 1 == columns.count, count == 1 || columns.count == view.storedColumns {
        visit(bytes)
        return
      }
      for row in 0..<count {
        var column = columns.lowerBound
        while column < columns.upperBound {
          let run = min(view.columns.run(at: column), columns.upperBound - column)
          let offset = row * view.storedColumns + view.columns.index(column) - first
          visit(
            UnsafeRawBufferPointer(
              rebasing: bytes[offset * elementSize..<(offset + run) * elementSize]))
          column += run
        }
      }
    }
  }
}

extension TensorView.Selection {
  /// How many indices from `i` on are adjacent in storage.
  fileprivate func run(at i: Int) -> Int { isContiguous ? count - i : block - i % block }
}
