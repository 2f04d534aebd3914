import Foundation

/// What a token's inner products with all tokens look like, whatever their order.
enum TokenSignatures {
  enum Kind: CaseIterable {
    /// Quantiles of the inner products with all tokens.
    case all
    /// Cosines with the nearest tokens, and the norms of these.
    case nearest
  }

  /// Nearest tokens that make a signature.
  private static let neighbours = 4
  /// Quantiles of the inner products.
  private static let quantiles: [Double] = {
    var result = [0.001, 0.01]
    for step in 0..<44 { result.append(0.02 + 0.96 * Double(step) / 43) }
    return result + [0.99, 0.999]
  }()
  /// Weight of a token's own norm among them.
  private static let normWeight: Float = 3
  /// Seeds are the most certain of the mutual pairs: a quarter of them, or so many.
  private static let leastSeeds = 400

  /// Pairs of tokens whose signatures are each other's nearest, the most certain of them.
  static func seeds(
    _ subject: RowMatrix, _ reference: RowMatrix, _ kind: Kind
  ) -> [(subject: Int, reference: Int)] {
    let (mine, theirs) =
      switch kind {
      case .all: (signatures(subject), signatures(reference))
      case .nearest: (neighbourhoods(subject), neighbourhoods(reference))
      }
    let products = mine.timesTransposed(theirs)
    let (own, other) = (mine.rowEnergies, theirs.rowEnergies)
    var ofColumn = [(distance: Double, row: Int)](
      repeating: (.infinity, -1), count: reference.rows)
    var ofRow: [(gap: Double, column: Int)] = []
    for row in 0..<subject.rows {
      var (first, second, column) = (Double.infinity, Double.infinity, 0)
      for candidate in 0..<reference.rows {
        let distance = own[row] + other[candidate] - 2 * Double(products[row, candidate])
        if distance < first {
          (second, first, column) = (first, distance, candidate)
        } else if distance < second {
          second = distance
        }
        if distance < ofColumn[candidate].distance { ofColumn[candidate] = (distance, row) }
      }
      ofRow.append((second - first, column))
    }
    let mutual = ofRow.indices.filter { ofColumn[ofRow[$0].column].row == $0 }
    let certain = mutual.sorted { (ofRow[$1].gap, $0) < (ofRow[$0].gap, $1) }
    return certain.prefix(max(leastSeeds, mutual.count / 4)).map { ($0, ofRow[$0].column) }
  }

  /// `[tokens, quantiles + 1]`, each column with mean 0 and deviation 1.
  private static func signatures(_ points: RowMatrix) -> RowMatrix {
    let products = points.timesTransposed(points)
    var result = RowMatrix(rows: points.rows, columns: quantiles.count + 1)
    for row in 0..<points.rows {
      let sorted = products.values[row * points.rows..<(row + 1) * points.rows].sorted()
      for (column, quantile) in quantiles.enumerated() {
        let position = quantile * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        let part = Float(position - Double(below))
        result.values[row * result.columns + column] =
          sorted[below] * (1 - part) + sorted[above] * part
      }
      result.values[row * result.columns + quantiles.count] =
        max(products[row, row], 0).squareRoot()
    }
    return standardised(result)
  }

  /// `[tokens, 2 · neighbours + 1]`: the largest cosines with other tokens, the logarithms of the norms of
  /// these, and of the token's own, less the median of all.
  private static func neighbourhoods(_ points: RowMatrix) -> RowMatrix {
    let norms = points.rowEnergies.map { Float(log(max($0, .leastNormalMagnitude)) / 2) }
    let median = norms.isEmpty ? 0 : norms.sorted()[norms.count / 2]
    let unit = points.withUnitRows
    let cosines = unit.timesTransposed(unit)
    var result = RowMatrix(rows: points.rows, columns: 2 * neighbours + 1)
    for row in 0..<points.rows {
      var nearest: [(cosine: Float, token: Int)] = []
      for token in 0..<points.rows where token != row {
        let cosine = cosines[row, token]
        guard nearest.count < neighbours || cosine > nearest[neighbours - 1].cosine else {
          continue
        }
        let place = nearest.firstIndex { $0.cosine < cosine } ?? nearest.count
        nearest.insert((cosine, token), at: place)
        if nearest.count > neighbours { nearest.removeLast() }
      }
      let first = row * result.columns
      for (place, neighbour) in nearest.enumerated() {
        result.values[first + place] = neighbour.cosine
        result.values[first + neighbours + place] = norms[neighbour.token] - median
      }
      result.values[first + 2 * neighbours] = norms[row] - median
    }
    return result
  }

  private static func standardised(_ matrix: RowMatrix) -> RowMatrix {
    var result = matrix.centred
    for column in 0..<result.columns {
      let energy = (0..<result.rows).reduce(0.0) {
        $0 + Double(result[$1, column]) * Double(result[$1, column])
      }
      let deviation = Float((energy / Double(max(result.rows, 1))).squareRoot())
      guard deviation > 0 else { continue }
      let weight = column == quantiles.count ? normWeight : 1
      for row in 0..<result.rows {
        result.values[row * result.columns + column] *= weight / deviation
      }
    }
    return result
  }
}
