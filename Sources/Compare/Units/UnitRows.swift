import Fingerprint
import Foundation

/// A tensor with the axis of known units in front: a row for each index of its other axis, in it a block
/// for each known unit.
///
/// Rows and blocks are scaled to equal energy (`UnitScaling`) and less what all rows have in common.
struct UnitRows {
  let units: Int
  /// Numbers in a block.
  let width: Int
  let rows: RowMatrix
  /// What rows and blocks were multiplied with.
  let rowFactors: [Float]
  let unitFactors: [Float]

  /// - Parameters:
  ///   - isHidden: whether the units are in an order that was found, so that their means are taken
  ///     out, too.
  ///   - factors: what makes each entry of the axis and each row equal; nil where units are made so.
  init(
    _ tensor: UnitTensor, axis: Int, units: Int, folding: UnitFolding, isHidden: Bool,
    scaledBy factors: UnitFactors? = nil
  ) {
    let (count, taps) = (tensor.extents[1 - axis], tensor.taps)
    let folds = tensor.extents[axis] / units
    (self.units, width) = (units, folds * taps)
    var values = tensor.rows(along: axis, units: units, folding: folding)
    if let factors {
      let entries = Self.placed(factors.axes[axis], units: units, folding: folding)
      rowFactors = factors.axes[1 - axis]
      unitFactors = Self.means(entries, of: folds)
      UnitScaling.scale(&values, rows: rowFactors, blocks: entries, width: taps)
    } else {
      (rowFactors, unitFactors) = UnitScaling.factors(
        values, rows: count, units: units, width: folds * taps)
      UnitScaling.scale(&values, rows: rowFactors, blocks: unitFactors, width: folds * taps)
    }
    Self.centre(&values, rows: count, units: units, width: folds * taps, isHidden: isHidden)
    rows = RowMatrix(rows: count, columns: units * folds * taps, values: values)
  }

  /// Factors of entries with those of a unit side by side.
  static func placed(_ factors: [Float], units: Int, folding: UnitFolding) -> [Float] {
    let folds = factors.count / units
    return (0..<units).flatMap { unit in
      (0..<folds).map { fold in
        factors[folding.place(unit: unit, fold: fold, units: units, folds: folds)]
      }
    }
  }

  /// Geometric means of so many factors each.
  static func means(_ factors: [Float], of folds: Int) -> [Float] {
    guard folds > 1 else { return factors }
    return (0..<factors.count / folds).map { unit in
      let own = factors[unit * folds..<(unit + 1) * folds].filter { $0 > 0 }
      guard !own.isEmpty else { return 0 }
      return exp(own.reduce(0) { $0 + log($1) } / Float(own.count))
    }
  }

  private static func centre(
    _ values: inout [Float], rows: Int, units: Int, width: Int, isHidden: Bool
  ) {
    let columns = units * width
    values.withUnsafeMutableBufferPointer { values in
      var sums = [Double](repeating: 0, count: columns)
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += Double(values[row * columns + column]) }
      }
      let means = sums.map { Float($0 / Double(rows)) }
      for row in 0..<rows {
        for column in 0..<columns { values[row * columns + column] -= means[column] }
      }
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
