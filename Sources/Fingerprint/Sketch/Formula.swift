/// What makes a tensor one that anybody can compute: position tables, filter banks, masks, identities.
///
/// Strangers share such tensors bit for bit, so they are no evidence of descent (method, section 1).
package enum Formula: String, Sendable, Codable, CaseIterable {
  /// Rows or columns follow from their predecessors: sinusoids, rotary tables, Fourier bases, mel
  /// filters, causal masks.
  case predictable
  /// Hardly more entries than lines: identities, permutations, Dirac kernels, triangular filters.
  case selection
  /// Zeros and one other value: masks, adjacency.
  case mask
  /// Few values that no even grid holds: wavelets, normalised adjacency.
  case levels
  /// Equal to its transpose, or to that with the other sign: graph Laplacians, distances.
  case symmetric
  /// Every diagonal has one value: relative positions, circulant and Toeplitz matrices.
  case toeplitz

  /// Share of the energy that prediction leaves of a formula at most.
  ///
  /// Measured: at most 0.12 for sinusoids, rotary tables, STFT, DCT, mel filters, causal masks and
  /// ALiBi; at least 0.83 for 184 trained matrices of five transformers.
  static let predictableShare = 0.2

  /// The formula behind a tensor, or nil.
  ///
  /// - Parameters:
  ///   - unpredictable: `Predictability.remainder` of the patch.
  ///   - sketch: of a matrix.
  init?(
    patch: TensorPatch, unpredictable: Double?, moments: Moments, sketch: LinearSketch?
  ) {
    guard moments.count > 1, moments.isFinite, moments.standardDeviation > 0 else { return nil }
    if let unpredictable, unpredictable <= Self.predictableShare {
      self = .predictable
      return
    }
    guard let sketch, min(sketch.rows, sketch.columns) > 1 else { return nil }
    let (long, entries) = (max(sketch.rows, sketch.columns), moments.count - moments.zeros)
    if entries <= (long >= 32 ? 2 : 1) * long {
      self = .selection
    } else if Self.hasFewLevels(patch) {
      self = .levels
    } else if Self.isMask(moments) {
      self = .mask
    } else if Self.isSymmetric(sketch) {
      self = .symmetric
    } else if Self.isToeplitz(patch) {
      self = .toeplitz
    } else {
      return nil
    }
  }

  /// Every value is 0 or c: Σ|x|·(|c| − |x|) is 0 then, and only then, if all have one sign.
  private static func isMask(_ moments: Moments) -> Bool {
    guard moments.zeros > 0 else { return false }
    let square = moments.standardDeviation * moments.standardDeviation + moments.mean * moments.mean
    return abs(square - moments.absoluteMaximum * abs(moments.mean)) <= 1e-9 * square
  }

  /// Few different values, as no learned matrix has, but not those of a quantised one, which are
  /// evenly spaced.
  private static func hasFewLevels(_ patch: TensorPatch) -> Bool {
    let values = patch.pieces.flatMap(\.values)
    guard values.count >= leastValues else { return false }
    var levels: Set<Float> = []
    for value in values where levels.insert(value).inserted {
      if levels.count > mostLevels { return false }
    }
    guard levels.count > 2 else { return false }
    return QuantisationGrid.bits(of: levels.sorted()[...], significandBits: 20) == nil
  }

  private static let leastValues = 1024
  private static let mostLevels = 24

  /// The sketch of a symmetric matrix is symmetric, for rows and columns have one hash.
  private static func isSymmetric(_ sketch: LinearSketch) -> Bool {
    guard sketch.rows == sketch.columns, sketch.rows >= 4 else { return false }
    let (side, raw) = (LinearSketch.side, sketch.raw)
    var (total, even, odd) = (0.0, 0.0, 0.0)
    for i in 0..<side {
      for j in 0..<i {
        let (a, b) = (Double(raw[i * side + j]), Double(raw[j * side + i]))
        total += a * a + b * b
        even += (a - b) * (a - b)
        odd += (a + b) * (a + b)
      }
    }
    return total > 0 && min(even, odd) <= 1e-9 * total
  }

  /// All diagonals of all pieces, or all of their counter-diagonals, have one value each.
  private static func isToeplitz(_ patch: TensorPatch) -> Bool {
    let pieces = patch.pieces.filter { min($0.rows, $0.columns) >= 4 }
    guard !pieces.isEmpty else { return false }
    func repeats(_ piece: (rows: Int, columns: Int, values: [Float]), step: Int) -> Bool {
      let columns = max(0, step)..<piece.columns + min(0, step)
      for row in 1..<piece.rows {
        let (here, above) = (row * piece.columns, (row - 1) * piece.columns - step)
        for column in columns where piece.values[here + column] != piece.values[above + column] {
          return false
        }
      }
      return true
    }
    return [1, -1].contains { step in pieces.allSatisfy { repeats($0, step: step) } }
  }
}

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
