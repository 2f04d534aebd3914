/// The entries of a likeness matrix that stand out in their row and in their column.
struct Peaks {
  struct Peak {
    var column: Int
    var value: Float
    /// The largest other magnitude in the row.
    var second: Float

    var isClear: Bool { abs(value) >= 1.5 * second }
  }

  /// For each row, its largest magnitude where that is also the largest of its column.
  let mutual: [Peak?]
  /// Length of the shorter side: the most peaks there can be.
  private let limit: Int

  init(_ matrix: RowMatrix) {
    let (rows, columns) = (matrix.rows, matrix.columns)
    limit = min(rows, columns)
    var columnBest = [Float](repeating: -1, count: columns)
    var best = [Peak](repeating: Peak(column: 0, value: 0, second: 0), count: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let value = matrix.values[row * columns + column]
        let magnitude = abs(value)
        if magnitude > columnBest[column] { columnBest[column] = magnitude }
        if magnitude > abs(best[row].value) {
          best[row] = Peak(column: column, value: value, second: abs(best[row].value))
        } else if magnitude > best[row].second {
          best[row].second = magnitude
        }
      }
    }
    mutual = best.map { abs($0.value) > 0 && abs($0.value) >= columnBest[$0.column] ? $0 : nil }
  }

  /// Share of the shorter side's entries whose peak is on the diagonal.
  ///
  /// By chance 1 / rows, so a
  /// peak there needs no margin.
  var diagonalShare: Double {
    share { row, peak in peak.column == row }
  }

  /// Share with a peak that leads its row by half.
  ///
  /// Of a random matrix half the rows have
  /// a mutual best, but next to none with such a lead.
  var clearShare: Double { share { _, peak in peak.isClear } }

  /// Share with a clear peak off the diagonal, or a negative one on it.
  var movedShare: Double {
    share { row, peak in peak.isClear && (peak.column != row || peak.value < 0) }
  }

  /// Mean magnitude over the rows with a peak.
  var meanMagnitude: Double {
    let found = mutual.compactMap(\.self)
    return found.reduce(0) { $0 + Double(abs($1.value)) } / Double(max(found.count, 1))
  }

  private func share(_ holds: (Int, Peak) -> Bool) -> Double {
    let count = mutual.enumerated().count { row, peak in peak.map { holds(row, $0) } ?? false }
    return limit == 0 ? 0 : Double(count) / Double(limit)
  }
}
