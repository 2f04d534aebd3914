/// A tensor with the axis of known units in front: a row for each index of its other axis, in it a block
/// for each known unit.
///
/// Rows and blocks are scaled to equal energy and less what all rows have in common: D₁·W·D₂ has one such
/// form for all positive D₁ and D₂, so that factors moved between units vanish.
struct UnitRows {
  let units: Int
  /// Numbers in a block.
  let width: Int
  let rows: RowMatrix
  /// What rows and blocks were multiplied with.
  let rowFactors: [Float]
  let unitFactors: [Float]

  static let rounds = 20
  /// Relative change of the rows' factors at which the rounds end.
  private static let settled = 1e-6

  /// - Parameter isHidden: whether the units are in an order that was found, so that their means are taken
  ///   out, too.
  init(
    _ tensor: UnitTensor, axis: Int, units: Int, folding: UnitFolding, isHidden: Bool
  ) {
    let (count, taps) = (tensor.extents[1 - axis], tensor.taps)
    let folds = tensor.extents[axis] / units
    let second = tensor.extents[1]
    (self.units, width) = (units, folds * taps)
    var values = [Float](repeating: 0, count: tensor.values.count)
    for unit in 0..<units {
      for fold in 0..<folds {
        let place = folding.place(unit: unit, fold: fold, units: units, folds: folds)
        for row in 0..<count {
          let from = (axis == 0 ? place * second + row : row * second + place) * taps
          let to = row * tensor.extents[axis] * taps + (unit * folds + fold) * taps
          for tap in 0..<taps { values[to + tap] = tensor.values[from + tap] }
        }
      }
    }
    (rowFactors, unitFactors) = Self.equilibrate(
      &values, rows: count, units: units, width: folds * taps)
    Self.centre(&values, rows: count, units: units, width: folds * taps, isHidden: isHidden)
    rows = RowMatrix(rows: count, columns: units * folds * taps, values: values)
  }

  /// Scales rows and blocks to equal energy (Sinkhorn and Knopp's iteration on the squares).
  private static func equilibrate(
    _ values: inout [Float], rows: Int, units: Int, width: Int
  ) -> (rows: [Float], units: [Float]) {
    var energy = [Double](repeating: 0, count: rows * units)
    for cell in energy.indices {
      var sum = 0.0
      for place in cell * width..<(cell + 1) * width {
        sum += Double(values[place]) * Double(values[place])
      }
      energy[cell] = sum
    }
    var (ofRows, ofUnits) = (
      [Double](repeating: 1, count: rows), [Double](repeating: 1, count: units)
    )
    for _ in 0..<Self.rounds {
      var (sums, change) = ([Double](repeating: 0, count: units), 0.0)
      for row in 0..<rows {
        var sum = 0.0
        for unit in 0..<units { sum += energy[row * units + unit] * ofUnits[unit] }
        let factor = sum > 0 ? Double(units) / sum : 0
        change = max(change, abs(factor - ofRows[row]) / max(factor, .leastNormalMagnitude))
        ofRows[row] = factor
        for unit in 0..<units { sums[unit] += energy[row * units + unit] * factor }
      }
      ofUnits = sums.map { $0 > 0 ? Double(rows) / $0 : 0 }
      if change < Self.settled { break }
    }
    let factors = (
      rows: ofRows.map { Float($0.squareRoot()) }, units: ofUnits.map { Float($0.squareRoot()) }
    )
    for row in 0..<rows {
      for unit in 0..<units {
        let factor = factors.rows[row] * factors.units[unit]
        let start = (row * units + unit) * width
        for place in start..<start + width { values[place] *= factor }
        // Factors beyond what a float holds, of energies next to nothing.
        for place in start..<start + width where !values[place].isFinite { values[place] = 0 }
      }
    }
    return factors
  }

  private static func centre(
    _ values: inout [Float], rows: Int, units: Int, width: Int, isHidden: Bool
  ) {
    let columns = units * width
    for column in 0..<columns {
      var sum = 0.0
      for row in 0..<rows { sum += Double(values[row * columns + column]) }
      let mean = Float(sum / Double(rows))
      for row in 0..<rows { values[row * columns + column] -= mean }
    }
    guard isHidden else { return }
    for row in 0..<rows {
      for place in 0..<width {
        var sum = 0.0
        for unit in 0..<units { sum += Double(values[row * columns + unit * width + place]) }
        let mean = Float(sum / Double(units))
        for unit in 0..<units { values[row * columns + unit * width + place] -= mean }
      }
    }
  }

  /// Rows like these as a row for each unit: `[units, rows × width]`.
  func byUnit(_ rows: RowMatrix) -> RowMatrix {
    let count = rows.rows
    var result = RowMatrix(rows: units, columns: count * width)
    for row in 0..<count {
      for unit in 0..<units {
        let (from, to) = (row * rows.columns + unit * width, (unit * count + row) * width)
        for place in 0..<width { result.values[to + place] = rows.values[from + place] }
      }
    }
    return result
  }

  /// The rows with their blocks in a random order, or where there is one block, with its numbers in
  /// one.
  func shuffled(_ work: inout UnitWork) -> RowMatrix {
    guard units == 1 else { return reordered(work.shuffled(units)) }
    let order = work.shuffled(width).places.compactMap(\.self)
    var result = rows
    for row in 0..<rows.rows {
      for place in 0..<width {
        result.values[row * width + place] = rows.values[row * width + order[place]]
      }
    }
    return result
  }

  /// The rows with the blocks in another order, and with signs.
  func reordered(_ order: UnitOrder?) -> RowMatrix {
    guard let order else { return rows }
    var result = rows
    for row in 0..<rows.rows {
      let start = row * rows.columns
      for unit in 0..<units {
        let (from, sign) = (order.places[unit] ?? unit, order.signs[unit])
        for place in 0..<width {
          result.values[start + unit * width + place] =
            sign * rows.values[start + from * width + place]
        }
      }
    }
    return result
  }
}
