import Canonicalise
import Fingerprint
import Load

/// A tensor of weights as an array of two axes, each of which may be a space of units, and the taps
/// of a kernel.
struct UnitTensor {
  let name: String
  var shape: [Int]
  /// Extents of the two axes.
  var extents: [Int]
  let taps: Int
  /// `[first, second, taps]`; what is no number is 0.
  var values: [Float]

  /// Nil for what is not decoded, and for scalars.
  init?(_ tensor: CanonicalTensor) throws(LoadError) {
    let shape = tensor.view.shape
    guard let first = shape.first, tensor.view.elementCount == shape.reduce(1, *), first > 0,
      tensor.view.elementCount > 1, tensor.view.rowCount * tensor.view.columnCount > 0,
      let reader = MatrixReader(tensor.source, view: tensor.view)
    else { return nil }
    (name, self.shape) = (tensor.name, shape)
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
