import Canonicalise
import Fingerprint
import Load

/// A tensor of weights as an array of two axes, each of which may be a space of units, and the taps
/// of a kernel.
struct UnitTensor {
  let name: String
  /// Extents of the two axes.
  let extents: [Int]
  let taps: Int
  /// `[first, second, taps]`; what is no number is 0.
  let values: [Float]

  /// Nil for what is not decoded, and for scalars.
  init?(_ tensor: CanonicalTensor) throws(LoadError) {
    let shape = tensor.view.shape
    guard let first = shape.first, tensor.view.elementCount == shape.reduce(1, *), first > 0,
      tensor.view.elementCount > 1, tensor.view.rowCount * tensor.view.columnCount > 0,
      let reader = MatrixReader(tensor.source, view: tensor.view)
    else { return nil }
    name = tensor.name
    extents = [first, shape.count > 1 ? shape[1] : 1]
    taps = shape.dropFirst(2).reduce(1, *)
    guard extents[0] * extents[1] * taps == tensor.view.elementCount else { return nil }
    var values = try reader.canonicalRows(
      Array(0..<tensor.view.rowCount), scratch: ByteScratch())
    for i in values.indices where !values[i].isFinite { values[i] = 0 }
    self.values = values
  }

  var isMatrix: Bool { extents[1] * taps > 1 && extents[0] > 1 || extents[1] > 1 }
}

/// How the units of a space lie along an axis that has several entries of each: a flattened image, or
/// gates.
enum UnitFolding: CaseIterable {
  /// All entries of a unit side by side: `[units, folds]`.
  case slow
  /// Entries of a unit a whole space apart: `[folds, units]`.
  case fast

  /// Where an entry of a unit lies on the axis.
  func place(unit: Int, fold: Int, units: Int, folds: Int) -> Int {
    self == .slow ? unit * folds + fold : fold * units + unit
  }
}

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
      for row in 0..<rows {
        var sum = 0.0
        for unit in 0..<units { sum += energy[row * units + unit] * ofUnits[unit] }
        ofRows[row] = sum > 0 ? Double(units) / sum : 0
      }
      for unit in 0..<units {
        var sum = 0.0
        for row in 0..<rows { sum += energy[row * units + unit] * ofRows[row] }
        ofUnits[unit] = sum > 0 ? Double(rows) / sum : 0
      }
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

  /// The rows with their blocks in a random order, or where there is one block, with its numbers in
  /// one.
  func shuffled(_ work: inout UnitWork) -> RowMatrix {
    guard units == 1 else { return reordered(work.shuffled(units)) }
    let order = work.shuffled(width).places
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
        let (from, sign) = (order.places[unit], order.signs[unit])
        for place in 0..<width {
          result.values[start + unit * width + place] =
            sign * rows.values[start + from * width + place]
        }
      }
    }
    return result
  }
}

/// For each unit of the reference, which of the subject's it is.
struct UnitOrder: Equatable {
  var places: [Int]
  /// −1 where the subject's has the opposite sign, which odd activations allow.
  var signs: [Float]

  static func identity(_ count: Int) -> UnitOrder {
    UnitOrder(places: Array(0..<count), signs: [Float](repeating: 1, count: count))
  }

  var isIdentity: Bool { self == .identity(places.count) }

  /// Share of the units that two orders give the same place.
  func agreement(with other: UnitOrder) -> Double {
    guard places.count == other.places.count, !places.isEmpty else { return 0 }
    return Double(zip(places, other.places).count { $0 == $1 }) / Double(places.count)
  }

  /// One space behind another, as a concatenation has them.
  func followed(by other: UnitOrder) -> UnitOrder {
    UnitOrder(
      places: places + other.places.map { $0 + places.count }, signs: signs + other.signs)
  }
}
