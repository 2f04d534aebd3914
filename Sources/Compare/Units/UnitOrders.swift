package import Canonicalise
package import Fingerprint
import Load

/// What puts a subject's units into the order of a reference's, and scales them as they are there.
package struct UnitOrders: Sendable {
  /// By the index of the subject's canonical tensor, which lacks no units of the reference's.
  let placed: [Int: UnitSearch.Placed]
  let vectors: [Int: UnitOrder]

  init(_ search: UnitSearch) {
    placed = Dictionary(
      uniqueKeysWithValues: search.placed.map { (search.pairs[$0.key].index, $0.value) })
    vectors = search.vectorOrders()
  }

  /// The tensors that were lined up with the reference's extents, in its order and at its scales; what the subject
  /// has beside that, as tensors of their own before them.
  ///
  /// - Parameters:
  ///   - model: the subject.
  ///   - weights: its numbers.
  package func applied(to model: CanonicalModel, _ weights: UnitWeights) -> CanonicalModel {
    var parts = model.tensors.map { [$0] }
    for entry in weights.entries {
      guard let lined = lined(entry) else { continue }
      let whole = model.tensors[entry.index]
      parts[entry.index] = (rest(entry) + [lined]).map { numbers in
        var tensor = whole
        tensor.replace(by: numbers.values, shape: numbers.shape)
        return tensor
      }
      for part in parts[entry.index].indices.dropLast() {
        parts[entry.index][part].name += "#appended.\(part)"
      }
    }
    var model = model
    model.tensors = parts.flatMap(\.self)
    return model
  }

  /// Nil where nothing is to be undone.
  private func lined(_ entry: UnitWeights.Entry) -> UnitTensor? {
    let tensor = entry.tensor
    guard let placed = placed[entry.index] else {
      return vectors[entry.index].map { order in
        var result = tensor
        result.values = tensor.inOrder(order)
        (result.extents[0], result.shape[0]) = (order.places.count, order.places.count)
        return result
      }
    }
    let isMoved = placed.axes.contains { $0.map { !$0.order.isIdentity } ?? false }
    guard isMoved || placed.scales != nil else { return nil }
    let maps = (0...1).map { axis in
      Self.places(tensor.extents[axis], placed.axes[axis], scales: scales(placed, axis))
    }
    var result = tensor.selecting(maps[0].places, maps[1].places)
    for first in 0..<result.extents[0] {
      for second in 0..<result.extents[1] {
        let factor = maps[0].factors[first] * maps[1].factors[second]
        let start = (first * result.extents[1] + second) * result.taps
        for tap in start..<start + result.taps { result.values[tap] *= factor }
      }
    }
    return result
  }

  /// What has no counterpart: rows, and columns of the others.
  private func rest(_ entry: UnitWeights.Entry) -> [UnitTensor] {
    let tensor = entry.tensor
    let maps = (0...1).map { axis -> [Int] in
      let order = vectors[entry.index].map {
        axis == 0 ? UnitSearch.AxisOrder(order: $0, folding: .slow) : nil
      }
      return Self.places(
        tensor.extents[axis], order ?? placed[entry.index]?.axes[axis], scales: nil
      ).places
    }
    let others = zip(maps, tensor.extents).map { places, extent in
      let used = Set(places)
      return (0..<extent).filter { !used.contains($0) }
    }
    return [
      others[0].isEmpty ? nil : tensor.selecting(others[0], nil),
      others[1].isEmpty ? nil : tensor.selecting(maps[0], others[1]),
    ].compactMap(\.self)
  }

  private func scales(_ placed: UnitSearch.Placed, _ axis: Int) -> [Float]? {
    placed.scales.map { $0.knownAxis == axis ? $0.known : $0.free }
  }

  /// For each entry of an axis of the reference, which of the subject's it is, and its factor.
  ///
  /// - Parameter extent: the subject's.
  private static func places(
    _ extent: Int, _ axis: UnitSearch.AxisOrder?, scales: [Float]?
  ) -> (places: [Int], factors: [Float]) {
    guard let axis else {
      return (Array(0..<extent), scales ?? [Float](repeating: 1, count: extent))
    }
    let (order, units) = (axis.order, axis.order.places.count)
    let folds = extent / max(order.count, 1)
    var places = [Int](repeating: 0, count: units * folds)
    var factors = [Float](repeating: 1, count: units * folds)
    for (unit, place) in order.places.enumerated() {
      for fold in 0..<folds {
        let to = axis.folding.place(unit: unit, fold: fold, units: units, folds: folds)
        places[to] = axis.folding.place(
          unit: place ?? 0, fold: fold, units: order.count, folds: folds)
        factors[to] = order.signs[unit] * (scales?[unit] ?? 1)
      }
    }
    return (places, factors)
  }
}
