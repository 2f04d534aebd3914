import Canonicalise
import Foundation
import Load

/// The rows of an embedding, one per token, some at a time.
struct EmbeddingRows: Sendable {
  let count: Int
  let hidden: Int
  private let reader: MatrixReader
  private let isTransposed: Bool

  /// Values that are read at once.
  private static let blockValues = 1 << 20
  /// Most values of an embedding whose rows are stored as columns: it is read as a whole.
  private static let mostTransposed = 1 << 26

  /// Nil where the numbers are not decoded, or too many for a row.
  init?(_ embedding: CanonicalTensor) {
    let view = embedding.view
    guard let reader = MatrixReader(embedding.source, view: view),
      (1...AnchorFrame.mostDimensions).contains(view.columnCount),
      !view.transposed || view.elementCount <= Self.mostTransposed
    else { return nil }
    (count, hidden) = (view.rowCount, view.columnCount)
    (self.reader, isTransposed) = (reader, view.transposed)
  }

  /// Some rows, `[ids, hidden]`, with zeroes for what is no number.
  func values(_ ids: [Int]) throws(LoadError) -> [Double] {
    try reader.canonicalRows(ids, scratch: ByteScratch()).map { $0.isFinite ? Double($0) : 0 }
  }

  /// Calls `visit` with all rows, block by block, with zeroes for what is no number, and the number of
  /// the first one.
  func forEachBlock(_ visit: (_ first: Int, _ values: [Float]) -> Void) throws(LoadError) {
    let scratch = ByteScratch()
    let step = isTransposed ? count : max(1, Self.blockValues / hidden)
    for first in stride(from: 0, to: count, by: step) {
      let rows = first..<min(first + step, count)
      var values =
        isTransposed
        ? try reader.canonicalRows(Array(rows), scratch: scratch)
        : try reader.values(rows: rows, columns: 0..<hidden, scratch: scratch)
      values.withUnsafeMutableBufferPointer { values in
        for index in values.indices { values[index] = values[index].isFinite ? values[index] : 0 }
      }
      visit(first, values)
    }
  }
}

extension Double {
  var logarithm: Double { log(self) }
}
