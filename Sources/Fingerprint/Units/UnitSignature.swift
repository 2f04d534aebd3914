/// What a fingerprint keeps of a tensor so that its units can be lined up with those of another network's weights
/// (method, section 6).
///
/// Along each axis the tensor's rows at equal energy, each by its products with 256 or 64 vectors of signs that are the
/// same for all networks (a row of no more numbers by these): a row in another order is put in order first, by whoever has
/// the weights, and looks the same.
package struct UnitSignature: Sendable, Equatable {
  package let name: String
  package let shape: [Int]
  package let extents: [Int]
  package let taps: Int
  /// Products that are made of a row at most.
  package let most: Int
  package let content: Content

  package enum Content: Sendable, Equatable {
    /// Of vectors and of kernels for each channel: the numbers themselves.
    case values([Float])
    /// By the axis that the rows are taken along; nil where there are too many rows, or one.
    case axes([Axis?], UnitFactors)
  }

  /// The rows along an axis: one for each index of the other.
  package struct Axis: Sendable, Equatable {
    /// `[rows, products]`, in units of each row's scale.
    let products: [Int8]
    /// `[rows]`.
    let scales: [Float]
    /// Means of the scaled numbers over the axis, `[rows, taps]`.
    let means: [Float16]
  }

  /// Rows that are lined up at most.
  package static let mostRows = 4096

  init(name: String, shape: [Int], extents: [Int], taps: Int, most: Int, content: Content) {
    (self.name, self.shape, self.extents, self.taps) = (name, shape, extents, taps)
    (self.most, self.content) = (most, content)
  }

  package init(_ tensor: UnitTensor, most: Int = UnitSigns.many) {
    (name, shape, extents, taps) = (tensor.name, tensor.shape, tensor.extents, tensor.taps)
    self.most = most
    guard !Self.isKeptWhole(tensor.extents) else {
      content = .values(tensor.values)
      return
    }
    let factors = tensor.factors
    content = .axes(
      (0...1).map { axis in
        Self.hasRows(tensor.extents, along: axis)
          ? Axis(tensor, along: axis, factors: factors, most: most) : nil
      }, factors)
  }

  package var isMatrix: Bool { UnitTensor.isMatrix(extents, taps: taps) }

  /// The tensor, where its numbers are kept.
  package var tensor: UnitTensor? {
    guard case .values(let values) = content else { return nil }
    return UnitTensor(name: name, shape: shape, extents: extents, taps: taps, values: values)
  }

  package func axis(_ axis: Int) -> Axis? {
    if case .axes(let axes, _) = content { axes[axis] } else { nil }
  }

  /// What rows and entries were multiplied with, where they are not kept whole.
  package var factors: UnitFactors? {
    if case .axes(_, let factors) = content { factors } else { nil }
  }

  /// The same with some places of an axis alone, to be held against along the other one.
  package func selecting(rows: [Int], along axis: Int) -> UnitSignature {
    guard case .axes(let axes, let factors) = content else { return self }
    var (some, scaled, extents, shape) = (
      [Axis?](repeating: nil, count: 2), factors, extents, shape
    )
    some[1 - axis] = axes[1 - axis]?.selecting(rows, taps: taps)
    scaled.axes[axis] = rows.map { factors.axes[axis][$0] }
    (extents[axis], shape[axis]) = (rows.count, rows.count)
    return UnitSignature(
      name: name, shape: shape, extents: extents, taps: taps, most: most,
      content: .axes(some, scaled))
  }

  static func isKeptWhole(_ extents: [Int]) -> Bool { extents[1] == 1 }

  static func hasRows(_ extents: [Int], along axis: Int) -> Bool {
    (2...mostRows).contains(extents[1 - axis])
  }
}

extension UnitTensor {
  /// What the entries of both axes are multiplied with, so that those of each have equal energy.
  package var factors: UnitFactors {
    let factors = UnitScaling.factors(values, rows: extents[0], units: extents[1], width: taps)
    return UnitFactors(axes: [factors.rows, factors.units])
  }
}

/// What the entries of the two axes of a tensor are multiplied with, so that those of each have equal energy.
package struct UnitFactors: Sendable, Equatable {
  package fileprivate(set) var axes: [[Float]]
}

extension UnitSignature.Axis {
  private static let largest: Float = 127

  init(_ tensor: UnitTensor, along axis: Int, factors: UnitFactors, most: Int) {
    let (rows, entries, taps) = (tensor.extents[1 - axis], tensor.extents[axis], tensor.taps)
    var values = tensor.rows(along: axis, units: entries, folding: .slow)
    UnitScaling.scale(
      &values, rows: factors.axes[1 - axis], blocks: factors.axes[axis], width: taps)
    let signs = UnitSigns(entries: entries * taps, most: most)
    let count = signs.count
    let exact = signs.products(values, rows: rows)
    var (products, scales): ([Int8], [Float]) = ([], [])
    products.reserveCapacity(exact.count)
    for row in 0..<rows {
      let own = exact[row * count..<(row + 1) * count]
      let scale = (own.map(abs).max() ?? 0) / Self.largest
      scales.append(scale)
      products += own.map {
        let steps = ($0 / scale).rounded()
        return steps.isFinite ? Int8(max(-Self.largest, min(Self.largest, steps))) : 0
      }
    }
    var means = [Float16](repeating: 0, count: rows * taps)
    for row in 0..<rows {
      for tap in 0..<taps {
        var sum = 0.0
        for entry in 0..<entries { sum += Double(values[(row * entries + entry) * taps + tap]) }
        let mean = Float16(sum / Double(entries))
        means[row * taps + tap] = mean.isFinite ? mean : 0
      }
    }
    (self.products, self.scales, self.means) = (products, scales, means)
  }

  fileprivate func selecting(_ rows: [Int], taps: Int) -> Self {
    let count = products.count / max(scales.count, 1)
    return Self(
      products: rows.flatMap { products[$0 * count..<($0 + 1) * count] },
      scales: rows.map { scales[$0] },
      means: rows.flatMap { means[$0 * taps..<($0 + 1) * taps] })
  }

  /// The products of all rows, `[rows, products]`, less what all rows have in common.
  ///
  /// - Parameters:
  ///   - isHidden: whether each row is less its means over the axis, too.
  ///   - signs: those of the axis.
  package func rows(isHidden: Bool, taps: Int, signs: UnitSigns) -> [Float] {
    let count = signs.count
    var result = products.indices.map { Float(products[$0]) * scales[$0 / count] }
    if isHidden {
      let common = signs.products(
        ofMeans: means.map { Float($0) }, rows: scales.count, taps: taps)
      for index in result.indices { result[index] -= common[index] }
    }
    for place in 0..<count {
      var sum = 0.0
      for row in scales.indices { sum += Double(result[row * count + place]) }
      let mean = Float(sum / Double(scales.count))
      for row in scales.indices { result[row * count + place] -= mean }
    }
    return result
  }
}
