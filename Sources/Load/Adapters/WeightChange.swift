/// What an adapter adds to one weight of its base: a scale times the product of two thin matrices
/// (LoRA and its kin), or of two such products number by number (LoHa).
///
/// The tensor stores `up, down` of each product, and behind them what only a merge needs: DoRA's
/// magnitudes.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685; LoHa: Hyeon-Woo et al. 2021, arXiv:2108.06098; DoRA:
///   Liu et al. 2024, arXiv:2402.09353; layouts as `peft` and `lycoris` write them.
/// - Numerics: sums in float32, in the order of the rank.
package struct WeightChange: TensorDecoding {
  package static let name = "low-rank change"

  /// One or two products of one size.
  let products: [LowRankFactors]
  /// `alpha / rank`, or over its root.
  let scale: Float
  /// Type of the magnitudes of the rows of the merged weight; nil where there are none.
  let magnitudeType: ElementType?

  var rows: Int { products[0].rows }
  var columns: Int { products[0].columns }

  package var granule: Int { columns }
  package var precision: Precision { .significand(bits: 24) }
  package var spacing: LevelSpacing { .none }

  package func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let rows = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
    return products.flatMap { $0.storedBytes(ofRows: rows) }
  }

  package func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    let rows = elements.lowerBound / columns..<(elements.upperBound + columns - 1) / columns
    var ranges: [Range<Int>] = []
    for product in products {
      ranges += [product.storedBytes(ofRows: rows)[0], product.shareOfDown(ofRows: rows)]
    }
    if let magnitudeType {
      let width = magnitudeType.bitWidth / 8
      ranges.append(rows.lowerBound * width..<rows.upperBound * width)
    }
    return Array(ranges.dropFirst())
  }

  package func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    combine(count: elements.count, into: target) { index, target in
      products[index].multiply(
        rows: elements.count / columns, up: stored[2 * index], down: stored[2 * index + 1],
        into: target)
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
