/// What makes a tensor one that anybody can compute: position tables, filter banks, masks, identities.
///
/// Strangers share such tensors bit for bit, so they are no evidence of descent (method, section 1).
///
/// Those from `random` on are no constants: such numbers may be a layer's that a recipe freezes, or an unusual one's, so
/// they only show no descent by themselves.
package enum Formula: String, Sendable, Codable, CaseIterable {
  /// Rows or columns follow from their predecessors: sinusoids, rotary tables, Fourier bases, mel
  /// filters, causal masks.
  case predictable
  /// Whole numbers beyond those of codes: orders, indices, counts.
  case whole
  /// Hardly more entries than lines: identities, permutations, Dirac kernels, triangular filters.
  case selection
  /// Zeros and one other value: masks, adjacency.
  case mask
  /// Few values that no even grid holds: wavelets, normalised adjacency; or, of mostly zeros, each
  /// several times: coefficients of a product of representations.
  case levels
  /// Points that fill an interval evenly (`EvenSpread`): Sobol's sequence.
  case even
  /// Equal to its transpose, or to that with the other sign: graph Laplacians, distances.
  case symmetric
  /// Every diagonal has one value, but for noise: relative positions, circulant and Toeplitz
  /// matrices.
  case toeplitz
  /// Mostly zeros, and nowhere negative: graphs, transition probabilities, blend weights.
  case graph
  /// Orthogonal lines of two values, or mostly of zeros: Hadamard matrices, wavelets.
  case orthogonal
  /// Numbers as a generator draws them, without a trace of training (`RandomDraw`): the projections
  /// of a library's seed, and every start. Equal ones show a common seed at most.
  case random
  /// Half of the magnitudes or more occur before (`Untrained`): symmetric tables, counts.
  case recurring
  /// Numbers pile up at the largest magnitude: sines and cosines of whatever.
  case saturated
  /// All but a few numbers have one sign: kernels, distances, probabilities.
  case oneSigned
  /// A row or a column has one value: polynomials, harmonics, homogeneous coordinates.
  case constantLine
  /// Rows and columns are no more unlike than those of draws from any distribution.
  case exchangeable

  /// Whether it tells how the numbers are made, and not only that training does not leave such.
  package var isConstant: Bool {
    switch self {
    case .predictable, .whole, .selection, .mask, .levels, .even, .symmetric, .toeplitz, .graph,
      .orthogonal:
      true
    case .random, .recurring, .saturated, .oneSigned, .constantLine, .exchangeable: false
    }
  }

  /// Whether a cast or a noisy copy of such numbers is no descent either; draws may be those of a network that
  /// was trained a little.
  package var isTable: Bool { self != .random && self != .exchangeable }

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
  ///   - isQuantised: whether the numbers lie on a grid.
  ///   - isDecoded: whether they were decoded from codes, which only weights are stored as: of such nothing but a
  ///     formula is told.
  init?(
    patch: TensorPatch, unpredictable: Double?, moments: Moments, sketch: LinearSketch?,
    isQuantised: Bool, isDecoded: Bool
  ) {
    if Self.isInfiniteMask(moments) {
      self = .mask
      return
    }
    guard moments.count > 1, moments.isFinite, moments.standardDeviation > 0 else { return nil }
    if let unpredictable, unpredictable <= Self.predictableShare {
      self = .predictable
      return
    }
    if Self.isWhole(patch, moments) {
      self = .whole
      return
    }
    if Self.hasRepeatedEntries(patch, moments) {
      self = .levels
      return
    }
    guard let sketch, min(sketch.rows, sketch.columns) > 1 else {
      if Self.isMask(moments) {
        self = .mask
        return
      }
      if RandomDraw.isLikely(patch, moments) {
        self = .random
        return
      }
      guard !isDecoded,
        let sign = Untrained.sign(patch, isMatrix: false, isQuantised: isQuantised)
      else { return nil }
      self = sign
      return
    }
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
    } else if Self.isGraph(patch, moments, isSquare: sketch.rows == sketch.columns) {
      self = .graph
    } else if Self.isOrthogonal(patch, moments) {
      self = .orthogonal
    } else if EvenSpread.isLikely(patch, moments) {
      self = .even
    } else if RandomDraw.isLikely(patch, moments) {
      self = .random
    } else if !isDecoded,
      let sign = Untrained.sign(patch, isMatrix: true, isQuantised: isQuantised)
    {
      self = sign
    } else {
      return nil
    }
  }

  /// Codes of quantised weights have eight bits at most, and beyond 24 bits every number is whole.
  private static let wholeNumbers = 256.0...16_777_216

  private static func isWhole(_ patch: TensorPatch, _ moments: Moments) -> Bool {
    wholeNumbers.contains(moments.absoluteMaximum) && moments.count >= leastValues
      && !patch.pieces.isEmpty
      && patch.pieces.allSatisfy { $0.values.allSatisfy { $0 == $0.rounded() } }
  }

  /// Of mostly zeros the share of zeros, how many other magnitudes there are at most, how often each at least on
  /// average, and entries that it takes.
  private static let repetition = (zeros: 0.8, magnitudes: 128, times: 3, entries: 128)

  /// Whether the entries of a sparse table recur, and not because they were rounded to bfloat16 or fewer bits, as those
  /// of pruned weights may be.
  private static func hasRepeatedEntries(_ patch: TensorPatch, _ moments: Moments) -> Bool {
    guard moments.sparsity >= repetition.zeros else { return false }
    let entries = patch.pieces.flatMap { $0.values.filter { $0 != 0 } }
    guard entries.count >= repetition.entries,
      !entries.allSatisfy({ $0.bitPattern & 0xFFFF == 0 })
    else { return false }
    let different = Set(entries.map(\.magnitude)).count
    return different > 2 && different <= repetition.magnitudes
      && different * repetition.times <= entries.count
      && QuantisationGrid.bits(of: Set(entries).sorted()[...], significandBits: 20) == nil
  }

  /// Zeros, and −∞ for what must not be seen.
  private static func isInfiniteMask(_ moments: Moments) -> Bool {
    moments.infinities > 0 && moments.nans == 0
      && moments.zeros + moments.infinities == moments.count
  }

  /// Shares of zeros from which on a matrix without negative values is a graph's, or another's.
  private static let graphZeros = (square: 0.5, other: 0.8)

  private static func isGraph(_ patch: TensorPatch, _ moments: Moments, isSquare: Bool) -> Bool {
    guard moments.mean > 0,
      moments.sparsity >= (isSquare ? graphZeros.square : graphZeros.other)
    else { return false }
    return patch.pieces.allSatisfy { $0.values.allSatisfy { $0 >= 0 } }
  }

  /// Share of zeros from which on orthogonal lines are a transform's: what training makes
  /// orthogonal is dense.
  private static let transformZeros = 0.4
  /// Adjacent rows that must be there to be looked at, and how many of them must be orthogonal.
  private static let orthogonalPairs = (least: 8, share: 0.875)

  /// Whether adjacent rows of a piece are orthogonal, all over the same number of columns.
  ///
  /// A transform may be a product of two, of which one repeats along the columns: so any number of
  /// columns may be the one. Rows that have no column in common say nothing.
  private static func isOrthogonal(_ patch: TensorPatch, _ moments: Moments) -> Bool {
    let square = moments.standardDeviation * moments.standardDeviation + moments.mean * moments.mean
    let hasTwoLevels =
      moments.zeros == 0
      && abs(square.squareRoot() - moments.absoluteMaximum)
        <= 1e-6 * moments.absoluteMaximum
    guard hasTwoLevels || moments.sparsity >= transformZeros else { return false }
    return patch.pieces.prefix(1).contains { piece in
      let shortest = min(piece.columns, Self.orthogonalPairs.least)
      var (orthogonal, overlapping) = (
        [Int](repeating: 0, count: piece.columns), [Int](repeating: 0, count: piece.columns)
      )
      for row in 1..<max(piece.rows, 1) {
        let (here, above) = (row * piece.columns, (row - 1) * piece.columns)
        var (product, size) = (0.0, 0.0)
        for column in 0..<piece.columns {
          let value = Double(piece.values[here + column]) * Double(piece.values[above + column])
          product += value
          size += abs(value)
          guard column + 1 >= shortest, size > 0 else { continue }
          overlapping[column] += 1
          if abs(product) <= 1e-5 * size { orthogonal[column] += 1 }
        }
      }
      return piece.columns > 0
        && (shortest - 1..<piece.columns).contains { column in
          overlapping[column] >= Self.orthogonalPairs.least
            && Double(orthogonal[column]) >= Self.orthogonalPairs.share
              * Double(overlapping[column])
        }
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

  /// Share of the variance that is left within diagonals at most: of trained matrices nearly all.
  static let diagonalShare = 0.5
  /// Rows and columns of pieces that are looked at.
  private static let leastDiagonal = 4

  /// All diagonals of all pieces, or all of their counter-diagonals, have nearly one value each.
  private static func isToeplitz(_ patch: TensorPatch) -> Bool {
    let pieces = patch.pieces.filter { min($0.rows, $0.columns) >= leastDiagonal }
    guard !pieces.isEmpty else { return false }
    return [false, true].contains { isRising in
      var (within, total) = (0.0, 0.0)
      for piece in pieces {
        var sums = [(sum: Double, square: Double, count: Double)](
          repeating: (0, 0, 0), count: piece.rows + piece.columns)
        var (sum, square) = (0.0, 0.0)
        for row in 0..<piece.rows {
          for column in 0..<piece.columns {
            let value = Double(piece.values[row * piece.columns + column])
            let diagonal = isRising ? row + column : row + piece.columns - column
            sums[diagonal].sum += value
            sums[diagonal].square += value * value
            sums[diagonal].count += 1
            sum += value
            square += value * value
          }
        }
        let count = Double(piece.values.count)
        total += max(0, square - sum * sum / count)
        // A diagonal's own mean takes one of its values' freedom.
        for line in sums where line.count > 1 {
          within +=
            max(0, line.square - line.sum * line.sum / line.count) * line.count / (line.count - 1)
        }
      }
      return total > 0 && within <= diagonalShare * total
    }
  }
}
