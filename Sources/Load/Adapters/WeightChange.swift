/// What an adapter adds to one weight of its base: a scale times the product of two thin matrices
/// (LoRA and its kin), or of two such products number by number (LoHa) or block by block (LoKr: each number
/// of the first times all of the second).
///
/// The tensor stores `up, down` of each product, and behind them what only a merge needs: DoRA's
/// magnitudes.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685; LoHa: Hyeon-Woo et al. 2021, arXiv:2108.06098; LoKr: Yeh et al.
///   2023, arXiv:2309.14859; DoRA:
///   Liu et al. 2024, arXiv:2402.09353; layouts as `peft` and `lycoris` write them.
/// - Numerics: sums in float32, in the order of the rank.
package struct WeightChange: TensorDecoding {
  package static let name = "low-rank change"

  /// One or two products, of one size unless of blocks.
  let products: [LowRankFactors]
  /// Whether each number of the first product stands for a block, itself times the second.
  var isOfBlocks = false
  /// `alpha / rank`, or over its root.
  let scale: Float
  /// Type of the magnitudes of the rows of the merged weight; nil where there are none.
  let magnitudeType: ElementType?
  /// Whether those are the columns here, as the product is the weight's transpose.
  var hasMagnitudesOfColumns = false

  var rows: Int { isOfBlocks ? products[0].rows * products[1].rows : products[0].rows }
  var columns: Int {
    isOfBlocks ? products[0].columns * products[1].columns : products[0].columns
  }

  package var granule: Int { columns }
  package var precision: Precision { .significand(bits: 24) }
  package var spacing: LevelSpacing { .none }

  package func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let rows = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
    guard isOfBlocks else { return products.flatMap { $0.storedBytes(ofRows: rows) } }
    return products[0].storedBytes(ofRows: blocks(of: rows)) + products[1].allBytes
  }

  /// Rows of the first product that rows of the change are of.
  private func blocks(of rows: Range<Int>) -> Range<Int> {
    guard !rows.isEmpty else { return 0..<0 }
    let height = products[1].rows
    return rows.lowerBound / height..<(rows.upperBound - 1) / height + 1
  }

  package func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    let rows = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
    var ranges: [Range<Int>] = []
    if isOfBlocks {
      ranges = products.flatMap(\.allBytes).map {
        LowRankFactors.share(of: $0.count, rows: rows, of: self.rows)
      }
    }
    for product in isOfBlocks ? [] : products {
      ranges += [product.storedBytes(ofRows: rows)[0], product.shareOfDown(ofRows: rows)]
    }
    if let magnitudeType {
      let width = magnitudeType.bitWidth / 8
      ranges.append(
        hasMagnitudesOfColumns
          ? LowRankFactors.share(of: columns * width, rows: rows, of: self.rows)
          : rows.lowerBound * width..<rows.upperBound * width)
    }
    return Array(ranges.dropFirst())
  }

  package func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !isOfBlocks else { return decodeBlocks(elements, from: stored, into: target) }
    combine(count: elements.count, into: target) { index, target in
      products[index].multiply(
        rows: elements.count / columns, up: stored[2 * index], down: stored[2 * index + 1],
        into: target)
    }
  }

  /// Rows of a product of Kronecker: row `i · height + k` is row i of the first product, each number times
  /// row k of the second.
  private func decodeBlocks(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let (outer, inner) = (products[0], products[1])
    let wanted = elements.lowerBound / columns..<elements.upperBound / columns
    let blocks = blocks(of: wanted)
    let innerRow = inner.rank * inner.upType.bitWidth / 8
    withUnsafeTemporaryAllocation(
      of: Float.self, capacity: blocks.count * outer.columns + inner.columns
    ) { room in
      guard let factors = room.baseAddress else { return }
      let line = factors + blocks.count * outer.columns
      outer.multiply(rows: blocks.count, up: stored[0], down: stored[1], into: factors)
      for (place, row) in wanted.enumerated() {
        let (block, own) = row.quotientAndRemainder(dividingBy: inner.rows)
        let up = UnsafeRawBufferPointer(
          rebasing: stored[2][own * innerRow..<(own + 1) * innerRow])
        inner.multiply(rows: 1, up: up, down: stored[3], into: line)
        let first = factors + (block - blocks.lowerBound) * outer.columns
        var out = target + place * columns
        for column in 0..<outer.columns {
          for index in 0..<inner.columns { out[index] = first[column] * line[index] * scale }
          out += inner.columns
        }
      }
    }
  }

  /// The same of rows of the transpose, `[columns, rows]`, from all of the factors.
  func decodeTransposed(
    rows wanted: Range<Int>, from stored: ArraySlice<UnsafeRawBufferPointer>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let first = stored.startIndex
    combine(count: wanted.count * rows, into: target) { index, target in
      products[index].multiplyTransposed(
        rows: wanted, up: stored[first + 2 * index], down: stored[first + 2 * index + 1],
        into: target)
    }
  }

  /// The scale times the product, or times the products number by number.
  private func combine(
    count: Int, into target: UnsafeMutablePointer<Float>,
    product: (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    product(0, target)
    if products.count > 1 {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { other in
        guard let other = other.baseAddress else { return }
        product(1, other)
        for index in 0..<count { target[index] *= other[index] }
      }
    }
    if scale != 1 { for index in 0..<count { target[index] *= scale } }
  }
}

extension Tensor {
  /// How it changes a weight of another model; nil of weights.
  package var change: WeightChange? {
    if case .encoded(let decoding) = decoding { decoding as? WeightChange } else { nil }
  }
}
