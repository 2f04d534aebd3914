import Canonicalise
import Load

/// A tensor of weights as an array of two axes, each of which may be a space of units, and the taps
/// of a kernel.
package struct UnitTensor: Sendable {
  package let name: String
  package var shape: [Int]
  /// Extents of the two axes.
  package var extents: [Int]
  package let taps: Int
  /// `[first, second, taps]`; what is no number is 0.
  package var values: [Float]

  init(name: String, shape: [Int], extents: [Int], taps: Int, values: [Float]) {
    (self.name, self.shape, self.extents) = (name, shape, extents)
    (self.taps, self.values) = (taps, values)
  }

  /// Nil for what is not decoded, and for scalars.
  init?(_ tensor: CanonicalTensor) throws(LoadError) {
    let shape = tensor.view.shape
    guard let (extents, taps) = Self.extents(ofShape: shape), extents[0] > 0,
      tensor.view.elementCount == shape.reduce(1, *),
      tensor.view.elementCount > 1, tensor.view.rowCount * tensor.view.columnCount > 0,
      let reader = MatrixReader(tensor.source, view: tensor.view)
    else { return nil }
    (name, self.shape, self.extents, self.taps) = (tensor.name, shape, extents, taps)
    guard extents[0] * extents[1] * taps == tensor.view.elementCount else { return nil }
    var values = try reader.canonicalRows(
      Array(0..<tensor.view.rowCount), scratch: ByteScratch())
    for i in values.indices where !values[i].isFinite { values[i] = 0 }
    self.values = values
  }

  package var isMatrix: Bool { Self.isMatrix(extents, taps: taps) }

  static func isMatrix(_ extents: [Int], taps: Int) -> Bool {
    extents[1] * taps > 1 && extents[0] > 1 || extents[1] > 1
  }

  /// Extents of the two axes and the number of taps; nil for scalars.
  static func extents(ofShape shape: [Int]) -> (axes: [Int], taps: Int)? {
    guard let first = shape.first else { return nil }
    return ([first, shape.count > 1 ? shape[1] : 1], shape.dropFirst(2).reduce(1, *))
  }

  /// The numbers with an axis of units in front: a row for each index of the other axis, in it a block for each
  /// unit, `[rows, units, folds × taps]`.
  package func rows(along axis: Int, units: Int, folding: UnitFolding) -> [Float] {
    let (count, second) = (extents[1 - axis], extents[1])
    let folds = extents[axis] / units
    var result = [Float](repeating: 0, count: values.count)
    result.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        for unit in 0..<units {
          for fold in 0..<folds {
            let place = folding.place(unit: unit, fold: fold, units: units, folds: folds)
            for row in 0..<count {
              let from = (axis == 0 ? place * second + row : row * second + place) * taps
              let to = row * extents[axis] * taps + (unit * folds + fold) * taps
              for tap in 0..<taps { result[to + tap] = values[from + tap] }
            }
          }
        }
      }
    }
    return result
  }
}

/// How the units of a space lie along an axis that has several entries of each: a flattened image, or
/// gates.
package enum UnitFolding: CaseIterable, Sendable {
  /// All entries of a unit side by side: `[units, folds]`.
  case slow
  /// Entries of a unit a whole space apart: `[folds, units]`.
  case fast

  /// Where an entry of a unit lies on the axis.
  package func place(unit: Int, fold: Int, units: Int, folds: Int) -> Int {
    self == .slow ? unit * folds + fold : fold * units + unit
  }
}
