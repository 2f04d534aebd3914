/// The assignment of rows to columns with the greatest total score.
///
/// Jonker and Volgenant. "A shortest augmenting path algorithm for dense and sparse linear
/// assignment problems." Computing 38, 1987. doi:10.1007/BF02278710 — column reduction, then one
/// shortest augmenting path per row left over; the augmenting row reduction between the two is left
/// out, as it only saves time.
///
/// - Complexity: O(rows² · columns) at worst; near rows · columns where most rows have an obvious
///   partner, which is the case that recovery meets.
enum LinearAssignment {
  /// - Parameter scores: `[rows, columns]`; values that are not finite count as −10⁶.
  /// - Returns: for each row its column; nil for the rows left over where rows outnumber columns.
  static func maximising(_ scores: RowMatrix) -> [Int?] {
    var steps = Int.max
    return maximising(scores, steps: &steps) ?? []
  }

  /// - Parameter steps: how many columns may be looked at on the way to free ones; what is left of them
  ///   afterwards.
  /// - Returns: nil where they do not suffice.
  static func maximising(_ scores: RowMatrix, steps: inout Int) -> [Int?]? {
    guard scores.rows > 0, scores.columns > 0 else {
      return [Int?](repeating: nil, count: scores.rows)
    }
    guard scores.rows > scores.columns else { return solve(scores, steps: &steps) }
    var result = [Int?](repeating: nil, count: scores.rows)
    guard let solved = solve(scores.transposed, steps: &steps) else { return nil }
    for (column, row) in solved.enumerated() {
      if let row { result[row] = column }
    }
    return result
  }

  /// Rows at most as many as columns: every row gets one.
  private static func solve(_ scores: RowMatrix, steps: inout Int) -> [Int?]? {
    let (rows, columns) = (scores.rows, scores.columns)
    let cost = scores.values.map { $0.isFinite ? -$0 : 1e6 }
    var rowOf = [Int](repeating: -1, count: columns)
    var columnOf = [Int](repeating: -1, count: rows)
    var price = [Float](repeating: 0, count: columns)
    // Column reduction needs every column assigned in the end: only for square problems.
    if rows == columns {
      for column in stride(from: columns - 1, through: 0, by: -1) {
        var best = 0
        for row in 1..<max(rows, 1)
        where cost[row * columns + column] < cost[best * columns + column] {
          best = row
        }
        price[column] = cost[best * columns + column]
        if columnOf[best] < 0 { (columnOf[best], rowOf[column]) = (column, best) }
      }
    }
    for row in 0..<rows where columnOf[row] < 0 {
      augment(
        from: row, cost: cost, columns: columns, rowOf: &rowOf, columnOf: &columnOf, price: &price,
        steps: &steps)
      guard steps > 0 else { return nil }
    }
    return columnOf
  }

  /// Dijkstra's algorithm over reduced costs from a free row to the nearest free column.
  private static func augment(
    from start: Int, cost: [Float], columns: Int, rowOf: inout [Int], columnOf: inout [Int],
    price: inout [Float], steps: inout Int
  ) {
    var distance = [Float](repeating: 0, count: columns)
    var predecessor = [Int](repeating: start, count: columns)
    var scanned: [Int] = []
    var open = Array(0..<columns)
    for column in 0..<columns { distance[column] = cost[start * columns + column] - price[column] }
    var end = -1
    var reached: Float = 0
    while end < 0, !open.isEmpty, steps > 0 {
      steps -= open.count
      var nearest = 0
      for index in open.indices where distance[open[index]] < distance[open[nearest]] {
        nearest = index
      }
      let column = open[nearest]
      open.swapAt(nearest, open.count - 1)
      open.removeLast()
      reached = distance[column]
      scanned.append(column)
      guard rowOf[column] >= 0 else {
        end = column
        break
      }
      let row = rowOf[column]
      let base = cost[row * columns + column] - price[column] - reached
      for other in open {
        let through = cost[row * columns + other] - price[other] - base
        if through < distance[other] { (distance[other], predecessor[other]) = (through, row) }
      }
    }
    guard end >= 0 else { return }
    for column in scanned { price[column] += distance[column] - reached }
    var column = end
    while true {
      let row = predecessor[column]
      rowOf[column] = row
      swap(&columnOf[row], &column)
      if row == start { return }
    }
  }
}
