/// Exact products of matched rows.
struct RowProducts {
  var neuron: Int
  var subjectEnergy: Double
  var referenceEnergy = 0.0
  var product = 0.0
  var isMatched = false

  var cosine: Double {
    let energies = subjectEnergy * referenceEnergy
    return energies > 0 ? product / energies.squareRoot() : 0
  }

  /// With one scale for all rows.
  static func explained(_ rows: [RowProducts]) -> Double {
    let mine = rows.reduce(0) { $0 + $1.subjectEnergy }
    let theirs = rows.reduce(0) { $0 + $1.referenceEnergy }
    let product = rows.reduce(0) { $0 + $1.product }
    return mine > 0 && theirs > 0 && product > 0 ? min(1, product * product / (mine * theirs)) : 0
  }

  /// With a scale per row, each row weighted by what no rescaling changes.
  static func explained(_ rows: [RowProducts], weights: [Double]) -> Double {
    let total = weights.reduce(0, +)
    let sum = zip(rows, weights).reduce(0) { $0 + $1.0.cosine * $1.0.cosine * $1.1 }
    return total > 0 ? min(1, sum / total) : 0
  }

  static func squaredChange(_ rows: [RowProducts], scales: [Int: Double]) -> Double? {
    var (change, energy) = (0.0, 0.0)
    for row in rows where row.isMatched {
      let factor = scales[row.neuron] ?? 1
      change +=
        row.subjectEnergy * factor * factor - 2 * abs(row.product) * factor + row.referenceEnergy
      energy += row.referenceEnergy
    }
    return energy > 0 ? max(0, change) / energy : nil
  }
}
