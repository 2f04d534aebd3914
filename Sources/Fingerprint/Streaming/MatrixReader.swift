package import Canonicalise
import Kernels
package import Load

/// Reads rectangles of a canonical tensor in the orientation in which they are stored.
package struct MatrixReader: Sendable {
  package let tensor: Tensor
  package let view: TensorView
  /// How a plain tensor's bytes are decoded.
  private let decoder: ElementDecoder?
  /// How another's are.
  private let encoding: (any TensorDecoding)?
  /// Bytes of an element of a plain tensor.
  private let elementSize: Int

  /// Nil when the tensor is not decoded.
  package init?(_ tensor: Tensor, view: TensorView) {
    switch tensor.decoding {
    case .plain:
      guard let decoder = ElementDecoder(tensor.elementType) else { return nil }
      (self.decoder, encoding) = (decoder, nil)
      elementSize = tensor.elementType.bitWidth / 8
    case .encoded(let encoding):
      (decoder, self.encoding) = (nil, encoding)
      elementSize = 0
    case .undecoded: return nil
    }
    self.tensor = tensor
    self.view = view
  }

  var isEncoded: Bool { encoding != nil }

  /// The type as kernels know it that decode in registers; nil for others.
  var number: skm_number? { decoder?.number }

  /// Decodes a rectangle, row-major and dense.
  ///
  /// - Parameters:
  ///   - rows, columns: indices into the view's selections.
  ///   - target: room for `rows.count · columns.count` floats.
  package func read(
    rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>,
    scratch: ByteScratch
  ) throws(LoadError) {
    guard encoding == nil else {
      try decode(rows: rows, columns: columns, into: target, scratch: scratch) { _ in }
      return
    }
    var next = target
    try readStored(rows: rows, columns: columns, scratch: scratch) {
      next += decode($0, into: next)
    }
  }

  /// Decodes a rectangle of an encoded tensor; `visit` sees the codes go by.
  func decode(
    rows: Range<Int>, columns: Range<Int>, into target: UnsafeMutablePointer<Float>,
    scratch: ByteScratch, visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    guard let encoding, !columns.isEmpty else { return }
    var next = target
    var row = rows.lowerBound
    let isWhole = columns.count == view.storedColumns && view.columns.isContiguous
    while row < rows.upperBound {
      let count = isWhole ? min(view.rows.run(at: row), rows.upperBound - row) : 1
      let origin = view.offset + view.rows.index(row) * view.storedColumns
      var column = columns.lowerBound
      while column < columns.upperBound {
        let run = min(view.columns.run(at: column), columns.upperBound - column)
        let start = origin + view.columns.index(column)
        let length = isWhole ? count * run : run
        try tensor.decode(
          start..<start + length, by: encoding, scratch: scratch, into: next, visit: visit)
        next += length
        column += run
      }
      row += count
    }
  }

  /// Calls `visit` with what is stored beside the codes of a rectangle and enclosing it: scales.
  func readBeside(
    rows: Range<Int>, columns: Range<Int>, scratch: ByteScratch,
    visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    let elements = enclosing(
      from: (rows.lowerBound, columns.lowerBound), through: (rows.upperBound, columns.upperBound))
    for (array, range) in zip(tensor.stored.dropFirst(), tensor.bytesBeside(elements)) {
      try array.storage.withBytes(of: range, scratch: scratch) { (bytes) throws(LoadError) in
        visit(bytes)
      }
    }
  }

  /// Decodes stored bytes; returns how many elements they are.
  func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Float>) -> Int {
    guard let decoder, let base = bytes.baseAddress else { return 0 }
    let count = bytes.count / elementSize
    decoder.decode(base, into: target, count: count)
    return count
  }

  /// One of the elements of a plain tensor in stored bytes.
  func value(_ index: Int, of bytes: UnsafeRawBufferPointer) -> Float {
    var value: Float = 0
    guard let decoder, let base = bytes.baseAddress else { return value }
    decoder.decode(base + index * elementSize, into: &value, count: 1)
    return value
  }

  /// Elements of a plain tensor in this many bytes.
  func elementCount(_ bytes: Int) -> Int { elementSize > 0 ? bytes / elementSize : 0 }

  /// Bytes of this many elements of a plain tensor.
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

  /// The elements in storage from one through the one before another, in stored order.
  func enclosing(
    from first: (row: Int, column: Int), through last: (row: Int, column: Int)
  ) -> Range<Int> {
    guard last.row > first.row, last.column > 0 else { return 0..<0 }
    func offset(_ row: Int, _ column: Int) -> Int {
      view.offset + view.rows.index(row) * view.storedColumns + view.columns.index(column)
    }
    let start = offset(first.row, first.column)
    let end = max(offset(last.row - 1, last.column - 1) + 1, start)
    return start..<end
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

  /// A rectangle, row-major, as it is stored.
  func values(
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
  fileprivate func run(at i: Int) -> Int {
    isContiguous ? count - i : pairedHead > 0 ? 1 : block - i % block
  }
}
