/// A weight with what an adapter does to it: the sum with a low-rank change, its rows brought to
/// DoRA's magnitudes where there are some, or IA³'s product with one factor per row or column.
///
/// What is stored is the base's arrays, and the adapter's behind them. Nothing is rounded to the type
/// of the base, which a merged checkpoint would be.
struct AdaptedWeights: TensorDecoding {
  static let name = "merged with an adapter"

  enum Update: Sendable {
    case change(WeightChange)
    /// - Parameter ofRows: whether each row has its factor, rather than each column.
    case factors(ElementType, ofRows: Bool)
  }

  /// As the base stores it.
  let rows: Int
  let columns: Int
  /// How the base is decoded; nil where its bytes are numbers.
  let base: (any TensorDecoding)?
  let baseType: ElementType
  /// Arrays that the base is stored in.
  let baseArrays: Int
  let update: Update
  /// Whether the base stores the transpose of what the change lies as.
  let isTransposed: Bool

  var granule: Int { columns }
  var precision: Precision { .significand(bits: 24) }
  var spacing: LevelSpacing { .none }
  var largestRange: Int? { base?.largestRange }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let width = baseType.bitWidth / 8
    let own =
      base?.storedBytes(of: elements)
      ?? [elements.lowerBound * width..<elements.upperBound * width]
    return filled(own, to: baseArrays) + updateBytes(of: elements)
  }

  /// With nothing of those of the base's arrays that decoding does not need.
  private func filled(_ ranges: [Range<Int>], to count: Int) -> [Range<Int>] {
    ranges + [Range<Int>](repeating: 0..<0, count: max(0, count - ranges.count))
  }

  private func updateBytes(of elements: Range<Int>) -> [Range<Int>] {
    let wanted = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
    switch update {
    case .change(let change):
      let factors =
        isTransposed
        ? change.products.flatMap(\.allBytes)
        : change.storedBytes(of: wanted.lowerBound * columns..<wanted.upperBound * columns)
      guard let width = change.magnitudeType.map({ $0.bitWidth / 8 }) else { return factors }
      return factors + [wanted.lowerBound * width..<wanted.upperBound * width]
    case .factors(let type, let ofRows):
      let width = type.bitWidth / 8
      return [
        ofRows ? wanted.lowerBound * width..<wanted.upperBound * width : 0..<columns * width
      ]
    }
  }

  func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    let own = filled(base.map { $0.bytesBeside(elements) } ?? [], to: baseArrays - 1)
    guard case .change(let change) = update, !isTransposed else {
      return own + updateBytes(of: elements)
    }
    return own + [change.storedBytes(of: elements)[0]] + change.bytesBeside(elements)
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    if let base {
      base.decode(elements, from: Array(stored.prefix(baseArrays)), into: target)
    } else {
      baseType.floats(at: 0, count: elements.count, of: stored[0], into: target)
    }
    let beside = stored.dropFirst(baseArrays)
    let wanted = elements.lowerBound / columns..<elements.upperBound / columns
    switch update {
    case .change(let change): add(change, rows: wanted, from: beside, into: target)
    case .factors(let type, let ofRows):
      guard let factors = beside.first else { return }
      for row in 0..<wanted.count {
        for column in 0..<columns {
          target[row * columns + column] *= type.float(at: ofRows ? row : column, of: factors)
        }
      }
    }
  }

  private func add(
    _ change: WeightChange, rows wanted: Range<Int>,
    from stored: ArraySlice<UnsafeRawBufferPointer>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let count = wanted.count * columns
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { sum in
      guard let sum = sum.baseAddress else { return }
      if isTransposed {
        change.decodeTransposed(rows: wanted, from: stored, into: sum)
      } else {
        change.decode(
          wanted.lowerBound * columns..<wanted.upperBound * columns, from: Array(stored), into: sum)
      }
      for index in 0..<count { target[index] += sum[index] }
    }
    guard let type = change.magnitudeType, let magnitudes = stored.last else { return }
    for row in 0..<wanted.count {
      let line = target + row * columns
      var square = 0.0
      for column in 0..<columns { square += Double(line[column]) * Double(line[column]) }
      let factor = square > 0 ? type.float(at: row, of: magnitudes) / Float(square.squareRoot()) : 0
      for column in 0..<columns { line[column] *= factor }
    }
  }
}

extension AdaptedWeights {
  /// - Returns: nil where the update does not fit the weight, or the weight is packed in pieces
  ///   across its rows.
  init?(_ weight: Tensor, update tensor: Tensor) {
    guard weight.shape.count >= 2, weight.elementCount > 0 else { return nil }
    let rows = weight.swapsLastAxes ? weight.shape[weight.shape.count - 1] : weight.shape[0]
    let columns = weight.elementCount / rows
    let base: (any TensorDecoding)?
    switch weight.decoding {
    case .plain:
      guard weight.elementType.isFloatOfScales else { return nil }
      base = nil
    case .encoded(let decoding):
      guard columns % decoding.granule == 0,
        decoding.largestRange.map({ $0 % columns == 0 }) ?? true
      else { return nil }
      base = decoding
    case .undecoded: return nil
    }
    guard
      let (update, isTransposed) = Self.update(
        of: weight, rows: rows, columns: columns, by: tensor)
    else { return nil }
    self.init(
      rows: rows, columns: columns, base: base, baseType: weight.elementType,
      baseArrays: weight.stored.count, update: update, isTransposed: isTransposed)
  }

  private static func update(
    of weight: Tensor, rows: Int, columns: Int, by tensor: Tensor
  ) -> (Update, isTransposed: Bool)? {
    if let change = tensor.change {
      let fits = change.rows == rows && change.columns == columns
      let isTransposed =
        !fits || rows == columns && tensor.swapsLastAxes != weight.swapsLastAxes
      guard fits || change.columns == rows && change.rows == columns,
        change.magnitudeType == nil || change.hasMagnitudesOfColumns == isTransposed,
        !isTransposed || !change.isOfBlocks && weight.shape.count == 2
      else { return nil }
      return (.change(change), isTransposed)
    }
    guard tensor.isPlain, tensor.elementType.isFloatOfScales, !weight.swapsLastAxes,
      tensor.shape == [rows, 1] || tensor.shape == [1, columns]
    else { return nil }
    return (.factors(tensor.elementType, ofRows: tensor.shape == [rows, 1]), false)
  }
}
