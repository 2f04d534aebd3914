/// Lines of a stored matrix on which a quantisation grid is looked for.
struct GridSamples {
  /// Stored rows and columns, each from its start on.
  var rows: [[Float]] = []
  var columns: [[Float]] = []

  var isEmpty: Bool { rows.isEmpty && columns.isEmpty }

  /// Shorter lines across show a grid by chance too easily.
  private static let leastAcross = 24

  /// The grid along the input axis, which is usual, else along the output axis, which tools find that
  /// take a stored matrix as it lies.
  func grid(significandBits: Int, isTransposed: Bool) -> QuantisationGrid? {
    let (along, across) = isTransposed ? (columns, rows) : (rows, columns)
    if let grid = QuantisationGrid(rows: along, significandBits: significandBits) { return grid }
    guard across.allSatisfy({ $0.count >= Self.leastAcross }) else { return nil }
    return QuantisationGrid(rows: across, significandBits: significandBits)
  }
}
