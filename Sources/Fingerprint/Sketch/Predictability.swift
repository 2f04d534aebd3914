/// How far lines of a matrix follow from their predecessors.
enum Predictability {
  /// Values that each value is predicted from.
  static let order = 8
  /// Shorter lines say nothing.
  static let shortest = 4 * order
  /// Lines of a piece that are looked at, in either direction.
  static let lines = 16

  /// The share of the energy of rows, or of columns, whichever is smaller, that the best prediction
  /// of every value from its eight predecessors (least squares, one predictor per line) leaves; nil
  /// where all lines are too short.
  ///
  /// - Numerics: normal equations in double with a ridge of 1e-10 of the trace; what is left is scaled
  ///   by N / (N − 9) for the nine coefficients that N values were fitted with.
  static func remainder(_ patch: TensorPatch) -> Double? {
    var (rows, columns) = (Energy(), Energy())
    for piece in patch.pieces {
      for row in sample(piece.rows) {
        rows.add(piece.values[row * piece.columns..<(row + 1) * piece.columns])
      }
      for column in sample(piece.columns) {
        let line = (0..<piece.rows).map { piece.values[$0 * piece.columns + column] }
        columns.add(line[...])
      }
    }
    return [rows.share, columns.share].compactMap(\.self).min()
  }

  /// Positions spread over so many.
  private static func sample(_ count: Int) -> [Int] {
    let chosen = min(count, lines)
    return (0..<chosen).map { $0 * count / chosen }
  }

  private struct Energy {
    var left = 0.0
    var total = 0.0

    var share: Double? { total > 0 ? left / total : nil }

    mutating func add(_ line: ArraySlice<Float>) {
      guard line.count >= Predictability.shortest, line.allSatisfy(\.isFinite) else { return }
      let line = line.map(Double.init)
      let square = line.reduce(0) { $0 + $1 * $1 }
      let scale = square.squareRoot()
      guard scale > 0, scale.isFinite else { return }
      let result = Predictability.fit(line.map { $0 / scale })
      left += square * result.left
      // Equal values have no spread, and no error either.
      total += square * (result.total + 1e-12)
    }
  }

  /// What prediction leaves of a line's energy about its mean, and that energy.
  private static func fit(_ line: [Double]) -> (left: Double, total: Double) {
    let count = line.count - order
    let (size, equations) = (order + 1, Double(count))
    var gram = [Double](repeating: 0, count: size * size)
    var target = [Double](repeating: 0, count: size)
    var (square, sum) = (0.0, 0.0)
    for i in order..<line.count {
      let value = line[i]
      square += value * value
      sum += value
      for a in 0..<order {
        let x = line[i - 1 - a]
        target[a] += x * value
        gram[a * size + order] += x
        for b in 0...a { gram[a * size + b] += x * line[i - 1 - b] }
      }
      target[order] += value
    }
    gram[order * size + order] = equations
    for a in 0..<order {
      gram[order * size + a] = gram[a * size + order]
      for b in 0..<a { gram[b * size + a] = gram[a * size + b] }
    }
    let trace = (0..<size).reduce(0.0) { $0 + gram[$1 * size + $1] }
    for a in 0..<size { gram[a * size + a] += 1e-10 * trace }
    let explained = quadraticForm(ofInverse: gram, target, size: size)
    let left = max(0, square - explained) * equations / (equations - Double(size))
    return (left, max(0, square - sum * sum / equations))
  }

  /// bᵀ·A⁻¹·b of a positive definite matrix, by Cholesky's decomposition.
  private static func quadraticForm(
    ofInverse matrix: [Double], _ vector: [Double], size: Int
  ) -> Double {
    var (lower, solution) = (matrix, vector)
    var result = 0.0
    for i in 0..<size {
      for j in 0...i {
        var value = lower[i * size + j]
        for k in 0..<j { value -= lower[i * size + k] * lower[j * size + k] }
        if i == j {
          lower[i * size + i] = max(value, 1e-300).squareRoot()
        } else {
          lower[i * size + j] = value / lower[j * size + j]
        }
      }
      for j in 0..<i { solution[i] -= lower[i * size + j] * solution[j] }
      solution[i] /= lower[i * size + i]
      result += solution[i] * solution[i]
    }
    return result
  }
}
