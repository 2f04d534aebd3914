/// Cuts a matrix into leaves of about 2^20 elements, the units of hashing.
///
/// Leaves are runs of whole rows; rows longer than a leaf are cut at multiples of it. They depend on
/// the shape alone, never on the file format or the number of threads, so that digests and results
/// do not either.
struct LeafPlan: Equatable {
  static let leafElements = 1 << 20

  let rows: Int
  let columns: Int

  private var rowsPerLeaf: Int { max(1, Self.leafElements / max(columns, 1)) }

  private var columnsPerLeaf: Int { min(max(columns, 1), Self.leafElements) }

  private var leavesPerRow: Int { (columns + columnsPerLeaf - 1) / columnsPerLeaf }

  /// Number of leaves; one, and empty, for a matrix without elements.
  var count: Int {
    guard rows > 0, columns > 0 else { return 1 }
    return (rows + rowsPerLeaf - 1) / rowsPerLeaf * leavesPerRow
  }

  /// Leaves that one worker takes at a time.
  ///
  /// A run's product with the probe directions is as large as a leaf, so it should not be added up
  /// leaf by leaf; small tensors are left in pieces for as many workers as there are.
  private var leavesPerRun: Int { count >= 16 ? 4 : 1 }

  /// The leaves in runs, the units of work.
  var runs: [Range<Int>] {
    stride(from: 0, to: count, by: leavesPerRun).map { $0..<min($0 + leavesPerRun, count) }
  }

  /// The rows and columns of a leaf.
  func leaf(_ index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
    guard rows > 0, columns > 0 else { return (0..<0, 0..<0) }
    let (row, column) = (index / leavesPerRow * rowsPerLeaf, index % leavesPerRow * columnsPerLeaf)
    return (row..<min(row + rowsPerLeaf, rows), column..<min(column + columnsPerLeaf, columns))
  }
}
