/// code × scale + bias.
enum MLXAffine: PackingScheme { static let name = "MLX" }

/// (code − zero point) × scale.
enum PackQuantised: PackingScheme { static let name = "compressed-tensors pack-quantized" }

/// Whole numbers packed along the rows of `[…, out, in]`, from the low bits of words up, with a scale
/// per group of neighbours and what is added or taken away.
///
/// Stored: codes, scales, and where there are the offsets and the groups of columns.
/// - Numerics: in float32, (q − z) · s or q · s + b.
/// - Source: compressed-tensors `pack_quantized/helpers.py`; MLX `quantized.cpp`.
struct RowCodes<Scheme: PackingScheme>: TensorDecoding {
  static var name: String { Scheme.name }

  let bits: Int
  let layout: WordLayout
  let grid: ScaleGrid
  let offset: Offset
  /// The group of each column, where they are not neighbours.
  let groups: ColumnGroups?

  enum Offset: Sendable {
    /// Half of the codes stand for negative numbers.
    case centre
    /// Added to the product, of each group.
    case biases(ElementType)
    /// A code for each group, packed like the weight's but down the columns of `[out, groups]`.
    case zeroPoints(groups: Int)
  }

  var granule: Int { 1 }

  var precision: Precision { .grid(bits: bits, group: groups?.size ?? grid.group) }

  private var rowLength: Int { grid.shape[grid.shape.count - 1] }

  // Rows whose columns belong to groups in any order need all of their scales.
  private func scaleBytes(of elements: Range<Int>) -> Range<Int> {
    grid.scaleBytes(of: groups == nil ? elements : rows(of: elements))
  }

  private func rows(of elements: Range<Int>) -> Range<Int> {
    let (first, last) = (elements.lowerBound / rowLength, (elements.upperBound - 1) / rowLength)
    return first * rowLength..<(last + 1) * rowLength
  }

  private func codeBytes(of elements: Range<Int>) -> Range<Int> {
    let (first, start) = elements.lowerBound.quotientAndRemainder(dividingBy: rowLength)
    let (last, end) = (elements.upperBound - 1).quotientAndRemainder(dividingBy: rowLength)
    let firstByte = layout.place(start, bits: bits) / 8
    let endByte = (layout.place(end, bits: bits) + bits + 7) / 8
    return first * layout.rowBytes + firstByte..<last * layout.rowBytes + endByte
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else { return [0..<0, 0..<0] }
    let ranges = [codeBytes(of: elements), scaleBytes(of: elements)]
    switch offset {
    case .centre: return ranges
    case .biases(let type):
      let scales = grid.scales(of: elements)
      let width = type.bitWidth / 8
      return ranges + [scales.lowerBound * width..<scales.upperBound * width]
    case .zeroPoints(let count):
      let rows = rows(of: elements)
      let words = VerticalCodes.words(
        ofRows: rows.lowerBound / rowLength..<rows.upperBound / rowLength, bits: bits)
      return ranges + [4 * count * words.lowerBound..<4 * count * words.upperBound]
    }
  }

  func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    storedBytes(of: elements).dropFirst() + (groups.map { [0..<$0.storedBytes] } ?? [])
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let origin = codeBytes(of: elements).lowerBound
    for run in RowRuns(elements, rowLength: rowLength) {
      let start = 8 * (run.row * layout.rowBytes - origin)
      let own = target + run.offset
      if layout.codesPerWord == nil {
        BitCodes.forEach(
          in: stored[0], from: start + run.columns.lowerBound * bits, count: run.columns.count,
          bits: bits
        ) { own[$0] = Float($1) }
      } else {
        for (index, column) in run.columns.enumerated() {
          BitCodes.forEach(
            in: stored[0], from: start + layout.place(column, bits: bits), count: 1, bits: bits
          ) { own[index] = Float($1) }
        }
      }
    }
    guard groups == nil else { return scaleByColumn(elements, stored, target) }
    switch offset {
    case .centre:
      let centre = Float(1 << (bits - 1))
      grid.forEachRun(of: elements, scales: stored[1]) { start, count, scale in
        for index in start..<start + count { target[index] = (target[index] - centre) * scale }
      }
    case .biases(let type):
      grid.forEachBlock(of: elements) { start, count, place in
        let scale = grid.scaleType.float(at: place, of: stored[1])
        let bias = type.float(at: place, of: stored[2])
        for index in start..<start + count { target[index] = target[index] * scale + bias }
      }
    case .zeroPoints(let count):
      let firstRow = elements.lowerBound / rowLength
      grid.forEachBlock(of: elements) { start, length, place in
        let element = elements.lowerBound + start
        let column = element % rowLength / grid.block[grid.block.count - 1]
        let zero = VerticalCodes.code(
          row: element / rowLength, firstRow: firstRow, column: min(column, count - 1),
          columns: count, bits: bits, in: stored[2])
        let scale = grid.scaleType.float(at: place, of: stored[1])
        for index in start..<start + length {
          target[index] = (target[index] - Float(zero)) * scale
        }
      }
    }
  }

  private func scaleByColumn(
    _ elements: Range<Int>, _ stored: [UnsafeRawBufferPointer],
    _ target: UnsafeMutablePointer<Float>
  ) {
    guard let groups else { return }
    let firstRow = elements.lowerBound / rowLength
    let centre = Float(1 << (bits - 1))
    for run in RowRuns(elements, rowLength: rowLength) {
      for (index, column) in run.columns.enumerated() {
        let group = groups[column]
        let scale = grid.scaleType.float(
          at: (run.row - firstRow) * groups.count + group, of: stored[1])
        var zero = centre
        if case .zeroPoints(let count) = offset {
          zero = Float(
            VerticalCodes.code(
              row: run.row, firstRow: firstRow, column: group, columns: count, bits: bits,
              in: stored[2]))
        }
        target[run.offset + index] = (target[run.offset + index] - zero) * scale
      }
    }
  }
}

/// How codes lie in the words of a row.
struct WordLayout: Sendable {
  let rowBytes: Int
  /// Codes in a word of 32 bits, the rest of which is empty; nil where they cross its borders.
  let codesPerWord: Int?

  /// The first bit of a column's code in its row.
  func place(_ column: Int, bits: Int) -> Int {
    guard let codesPerWord else { return column * bits }
    return column / codesPerWord * 32 + column % codesPerWord * bits
  }
}
