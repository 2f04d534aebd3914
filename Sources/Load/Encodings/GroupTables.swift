/// To which group of scales each row or column belongs, as `g_idx` says.
struct ColumnGroups: Sendable {
  private let table: [UInt16]
  let count: Int
  /// Of the array that says so.
  let storedBytes: Int

  /// More rows or columns than any weight has are not grouped.
  static let mostColumns = 1 << 20

  /// Nil unless every number is one of `count` groups.
  init?(_ array: StoredArray, columns: Int, count: Int) {
    guard array.elementCount == columns, columns <= Self.mostColumns,
      (1...Int(UInt16.max) + 1).contains(count),
      let numbers = array.integers(atMost: Self.mostColumns),
      numbers.allSatisfy({ (0..<count).contains($0) })
    else { return nil }
    table = numbers.map { UInt16(truncatingIfNeeded: $0) }
    self.count = count
    storedBytes = array.byteCount
  }

  subscript(column: Int) -> Int { Int(table[column]) }

  /// Columns of a group, on average.
  var size: Int { (table.count - 1) / count + 1 }

  /// The size of the groups, where each is that many neighbours, in order.
  var even: Int? {
    let size = size
    return table.indices.allSatisfy { Int(table[$0]) == $0 / size } ? size : nil
  }
}

/// To which group each row of a matrix belongs.
enum RowGroups: Sendable {
  /// So many neighbours, in order.
  case even(size: Int, storedBytes: Int)
  case table(ColumnGroups)

  var isEven: Bool { if case .even = self { true } else { false } }

  var size: Int {
    switch self {
    case .even(let size, _): size
    case .table(let table): table.size
    }
  }

  subscript(row: Int) -> Int {
    switch self {
    case .even(let size, _): row / size
    case .table(let table): table[row]
    }
  }

  /// The groups that enclose those of some rows: of one row, where there is a table.
  func groups(ofRows rows: Range<Int>) -> Range<Int> {
    switch self {
    case .even(let size, _): rows.lowerBound / size..<(rows.upperBound - 1) / size + 1
    case .table(let table):
      rows.count == 1
        ? table[rows.lowerBound]..<table[rows.lowerBound] + 1 : 0..<table.count
    }
  }

  /// The groups that are counted to some rows: their own, or as many as their share of all rows.
  func share(ofRows rows: Range<Int>, of all: Int) -> Range<Int> {
    guard case .table(let table) = self else { return groups(ofRows: rows) }
    let first = rows.lowerBound * table.count / all
    return first..<max(first, (rows.upperBound * table.count + all - 1) / all)
  }

  /// Where `g_idx` says so, as far as it is there.
  func storedBytes(ofRows rows: Range<Int>) -> [Range<Int>] {
    switch self {
    case .even(_, let bytes): bytes > 0 ? [0..<bytes] : []
    case .table(let table): [0..<table.storedBytes]
    }
  }
}
