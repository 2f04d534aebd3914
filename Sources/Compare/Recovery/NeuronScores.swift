/// How alike the neurons of two feed-forward blocks are: cos(gate) + |cos(up) + cos(down)|.
///
/// Up and down may change sign together without effect where a gate carries the nonlinearity;
/// without a gate the nonlinearity is behind up, and the sum counts with its sign.
struct NeuronScores {
  /// Unit feature rows, one per neuron.
  struct Side {
    var gate: RowMatrix?
    var up: RowMatrix?
    var down: RowMatrix?

    var count: Int { gate?.rows ?? up?.rows ?? down?.rows ?? 0 }
  }

  let subject: Side
  let reference: Side

  /// Blocks of at most this many neurons are scored in one matrix, and assigned optimally.
  static let denseLimit = 2048

  /// Scores of some of the subject's neurons with all of the reference's.
  func rows(_ range: Range<Int>) -> RowMatrix {
    func cosines(_ mine: RowMatrix?, _ theirs: RowMatrix?) -> RowMatrix? {
      guard let mine, let theirs else { return nil }
      return mine.selecting(rows: range).timesTransposed(theirs)
    }
    let gate = cosines(subject.gate, reference.gate)
    var sum = cosines(subject.up, reference.up)
    if let down = cosines(subject.down, reference.down) {
      if sum == nil {
        sum = down
      } else {
        for i in down.values.indices { sum?.values[i] += down.values[i] }
      }
    }
    guard var result = gate else {
      return sum ?? RowMatrix(rows: range.count, columns: reference.count)
    }
    if let sum {
      for i in result.values.indices { result.values[i] += abs(sum.values[i]) }
    }
    return result
  }

  /// What one pass over all scores tells.
  struct Scan {
    /// For each of the subject's neurons, the best of the reference's and the runner-up's score.
    var best: [(neuron: Int, score: Float, second: Float)] = []
    /// For each of the reference's neurons, the best of the subject's.
    var bestOfReference: [Int] = []
    /// Scores of equal indices.
    var diagonal: [Float] = []
    /// All scores, if they are few enough.
    var dense: RowMatrix?
  }

  func scan() -> Scan {
    let (rowCount, columns) = (subject.count, reference.count)
    let isDense = max(rowCount, columns) <= Self.denseLimit
    var scan = Scan()
    var columnBest = [Float](repeating: -.infinity, count: columns)
    scan.bestOfReference = [Int](repeating: -1, count: columns)
    let step = isDense ? max(rowCount, 1) : 512
    for start in stride(from: 0, to: rowCount, by: step) {
      let block = rows(start..<min(start + step, rowCount))
      for row in 0..<block.rows {
        var best: (neuron: Int, score: Float, second: Float) = (0, -.infinity, -.infinity)
        for column in 0..<columns {
          let score = block.values[row * columns + column]
          if score > best.score {
            best = (column, score, best.score)
          } else if score > best.second {
            best.second = score
          }
          if score > columnBest[column] {
            (columnBest[column], scan.bestOfReference[column]) = (score, start + row)
          }
        }
        scan.best.append(best)
        if start + row < columns { scan.diagonal.append(block[row, start + row]) }
      }
      if isDense { scan.dense = block }
    }
    return scan
  }
}
