package import Canonicalise
import Fingerprint
import Load

/// What puts a subject's units into the order of a reference's, and scales them as they are there.
package struct UnitOrders: Sendable {
  /// By the index of the subject's canonical tensor.
  let placed: [Int: UnitSearch.Placed]
  let vectors: [Int: UnitOrder]

  init(_ search: UnitSearch) {
    placed = Dictionary(
      uniqueKeysWithValues: search.placed.map { (search.pairs[$0.key].index, $0.value) })
    vectors = search.vectorOrders()
  }

  /// - Parameters:
  ///   - model: the subject.
  ///   - weights: its numbers.
  package func applied(to model: CanonicalModel, _ weights: UnitWeights) -> CanonicalModel {
    var model = model
    for entry in weights.entries {
      if let values = values(entry) { model.tensors[entry.index].replace(by: values) }
    }
    return model
  }

  /// Nil where nothing is to be undone.
  private func values(_ entry: UnitWeights.Entry) -> [Float]? {
    let tensor = entry.tensor
    guard let placed = placed[entry.index] else {
      return vectors[entry.index].map(tensor.inOrder)
    }
    let isMoved = placed.axes.contains { $0.map { !$0.order.isIdentity } ?? false }
    guard isMoved || placed.scales != nil else { return nil }
    let (extents, taps) = (tensor.extents, tensor.taps)
    let maps = (0...1).map { axis in
      Self.places(extents[axis], placed.axes[axis], scales: scales(placed, axis))
    }
    var result = [Float](repeating: 0, count: tensor.values.count)
    for first in 0..<extents[0] {
      for second in 0..<extents[1] {
        let factor = maps[0].factors[first] * maps[1].factors[second]
        let to = (first * extents[1] + second) * taps
        let from = (maps[0].places[first] * extents[1] + maps[1].places[second]) * taps
        for tap in 0..<taps { result[to + tap] = tensor.values[from + tap] * factor }
      }
    }
    return result
  }

  private func scales(_ placed: UnitSearch.Placed, _ axis: Int) -> [Float]? {
    placed.scales.map { $0.knownAxis == axis ? $0.known : $0.free }
  }

  /// For each entry of an axis of the reference, which of the subject's it is, and its factor.
  private static func places(
    _ extent: Int, _ axis: UnitSearch.AxisOrder?, scales: [Float]?
  ) -> (places: [Int], factors: [Float]) {
    guard let axis else {
      return (Array(0..<extent), scales ?? [Float](repeating: 1, count: extent))
    }
    let units = axis.order.places.count
    let folds = extent / units
    var places = [Int](repeating: 0, count: extent)
    var factors = [Float](repeating: 1, count: extent)
    for unit in 0..<units {
      for fold in 0..<folds {
        func place(_ unit: Int) -> Int {
          axis.folding.place(unit: unit, fold: fold, units: units, folds: folds)
        }
        places[place(unit)] = place(axis.order.places[unit])
        factors[place(unit)] = axis.order.signs[unit] * (scales?[unit] ?? 1)
      }
    }
    return (places, factors)
  }
}
