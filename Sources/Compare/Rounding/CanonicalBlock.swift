import Canonicalise
import Fingerprint
import Load

/// Reads rectangles of a canonical matrix, or of its transpose, however it is stored.
struct CanonicalBlock {
  let rows: Int
  let columns: Int
  private let reader: MatrixReader
  /// Whether a row of the matrix is a stored column.
  private let isStoredAcross: Bool

  /// Nil when the tensor is not decoded.
  init?(_ tensor: CanonicalTensor, transposed: Bool = false) {
    guard let reader = MatrixReader(tensor.source, view: tensor.view) else { return nil }
    self.reader = reader
    isStoredAcross = tensor.view.transposed != transposed
    let (height, width) = (tensor.view.rowCount, tensor.view.columnCount)
    (rows, columns) = transposed ? (width, height) : (height, width)
  }

  /// The numbers of a rectangle, row by row.
  func values(
    rows: Range<Int>, columns: Range<Int>, scratch: ByteScratch
  ) throws(LoadError) -> [Float] {
    let count = rows.count * columns.count
    var stored = [Float](repeating: 0, count: count)
    guard count > 0 else { return stored }
    var failure: LoadError?
    stored.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(LoadError) {
        try reader.read(
          rows: isStoredAcross ? columns : rows, columns: isStoredAcross ? rows : columns,
          into: base, scratch: scratch)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    guard isStoredAcross else { return stored }
    var turned = [Float](repeating: 0, count: count)
    for column in 0..<columns.count {
      for row in 0..<rows.count {
        turned[row * columns.count + column] = stored[column * rows.count + row]
      }
    }
    return turned
  }
}
