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

  /// Nil where the numbers are not decoded.
  init?(_ embedding: CanonicalTensor) {
    let view = embedding.view
    guard let reader = MatrixReader(embedding.source, view: view), view.columnCount > 0,
      view.columnCount <= Self.blockValues,
      !view.transposed || view.elementCount <= Self.mostTransposed
    else { return nil }
    (count, hidden) = (view.rowCount, view.columnCount)
    (self.reader, isTransposed) = (reader, view.transposed)
  }

  /// Some rows, `[ids, hidden]`, with zeroes for what is no number.
  func values(_ ids: [Int]) throws(LoadError) -> [Double] {
    try reader.canonicalRows(ids, scratch: ByteScratch()).map { $0.isFinite ? Double($0) : 0 }
  }

  /// Calls `visit` with all rows, block by block, and the number of the first one.
  func forEachBlock(_ visit: (_ first: Int, _ values: [Double]) -> Void) throws(LoadError) {
    let step = isTransposed ? count : max(1, Self.blockValues / hidden)
    for first in stride(from: 0, to: count, by: step) {
      visit(first, try values(Array(first..<min(first + step, count))))
    }
  }

  /// The rows that are farthest from the mean of all, those first.
  func loudest(_ number: Int) throws(LoadError) -> [Int] {
    var mean = [Double](repeating: 0, count: hidden)
    try forEachBlock { _, values in
      for row in 0..<values.count / hidden {
        for column in 0..<hidden { mean[column] += values[row * hidden + column] }
      }
    }
    for column in 0..<hidden { mean[column] /= Double(count) }
    var distances = [Double](repeating: 0, count: count)
    try forEachBlock { first, values in
      for row in 0..<values.count / hidden {
        var sum = 0.0
        for column in 0..<hidden {
          let difference = values[row * hidden + column] - mean[column]
          sum += difference * difference
        }
        distances[first + row] = sum
      }
    }
    let order = (0..<count).sorted { (distances[$1], $0) < (distances[$0], $1) }
    return Array(order.prefix(number))
  }
}

extension Double {
  var logarithm: Double { log(self) }
}
