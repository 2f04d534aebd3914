import Canonicalise
import Fingerprint
import Load

/// A subject with its units in a reference's order, and scaled as they are there.
struct UnitUndoing {
  let subject: CanonicalModel
  let search: UnitSearch

  /// Cosine with the reference's by which a vector's order is better than what it has.
  private static let betterOrder = 0.05

  func model() -> CanonicalModel {
    var model = subject
    for index in search.pairs.indices {
      let pair = search.pairs[index]
      if let values = values(index) {
        model.tensors[pair.index].replace(by: values)
      }
    }
    return model
  }

  /// Nil where nothing is to be undone.
  private func values(_ index: Int) -> [Float]? {
    let pair = search.pairs[index]
    guard let placed = search.placed[index] else {
      return pair.subject.extents[1] == 1 ? vector(pair) : nil
    }
    let isMoved = placed.axes.contains { $0.map { !$0.order.isIdentity } ?? false }
    guard isMoved || placed.scales != nil else { return nil }
    let extents = pair.subject.extents
    let maps = (0...1).map { axis in
      Self.places(extents[axis], placed.axes[axis], scales: scales(placed, axis))
    }
    let taps = pair.subject.taps
    var result = [Float](repeating: 0, count: pair.subject.values.count)
    for first in 0..<extents[0] {
      for second in 0..<extents[1] {
        let factor = maps[0].factors[first] * maps[1].factors[second]
        let to = (first * extents[1] + second) * taps
        let from = (maps[0].places[first] * extents[1] + maps[1].places[second]) * taps
        for tap in 0..<taps { result[to + tap] = pair.subject.values[from + tap] * factor }
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

  /// A vector, or a kernel for each channel, in the order of the space that makes it most like the reference's: biases and
  /// normalisation values travel with their units.
  private func vector(_ pair: UnitSearch.Pair) -> [Float]? {
    let mine = pair.subject.values
    var best = (
      cosine: Self.cosine(mine, pair.reference.values) + Self.betterOrder, values: [Float]?.none
    )
    let taps = pair.subject.taps
    for space in search.spaces where space.places.count == pair.subject.extents[0] {
      let moved = space.places.flatMap { mine[$0 * taps..<($0 + 1) * taps] }
      let flipped = moved.indices.map { moved[$0] * space.signs[$0 / taps] }
      for candidate in moved == flipped ? [moved] : [moved, flipped] {
        let cosine = Self.cosine(candidate, pair.reference.values)
        if cosine > best.cosine { best = (cosine, candidate) }
      }
    }
    return best.values
  }

  /// Of two vectors less their means.
  private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count, !a.isEmpty else { return 0 }
    func centred(_ values: [Float]) -> [Double] {
      let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
      return values.map { Double($0) - mean }
    }
    let (x, y) = (centred(a), centred(b))
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    let scale = (dot(x, x) * dot(y, y)).squareRoot()
    return scale > 0 ? dot(x, y) / scale : 0
  }
}

extension CanonicalTensor {
  /// Puts numbers, in canonical order, in the place of its own, in the type that these are stored in where it
  /// holds them exactly.
  fileprivate mutating func replace(by values: [Float]) {
    let type: ElementType
    let bytes: [UInt8]
    switch source.isPlain ? source.elementType : .float32 {
    case .bfloat16 where values.allSatisfy { $0.bitPattern & 0xFFFF == 0 }:
      type = .bfloat16
      bytes = values.flatMap { value -> [UInt8] in
        let bits = UInt16(value.bitPattern >> 16)
        return [UInt8(bits & 0xFF), UInt8(bits >> 8)]
      }
    default:
      type = .float32
      bytes = values.flatMap { value -> [UInt8] in
        let bits = value.bitPattern
        return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) }
      }
    }
    let (rows, columns) = (view.rowCount, view.columnCount)
    source = Tensor(
      name: source.name, elementType: type, shape: view.shape, storage: MemoryStorage(bytes))
    view = TensorView(
      offset: 0, storedColumns: columns, rows: .init(0..<rows), columns: .init(0..<columns),
      transposed: false, shape: view.shape)
  }
}
