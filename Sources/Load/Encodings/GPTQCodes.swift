/// GPTQ: whole numbers packed along the inputs, with a scale and a zero point for each group of
/// inputs and output.
///
/// Stored: `qweight [in · bits / 32, out]`, `scales [groups, out]`, `qzeros [groups, out · bits / 32]`
/// packed along the outputs, and where inputs were quantised in an order of their own the group of
/// each. Elements are counted as they lie, `[in, out]`.
/// - Numerics: (q − z) · s in float32. Version 1 of the format stores z − 1.
/// - Source: AutoGPTQ and GPTQModel, `qlinear/__init__.py` (`pack`, `dequantize_weight`).
struct GPTQCodes: TensorDecoding {
  static let name = "GPTQ"

  /// Inputs and outputs.
  let rows: Int
  let columns: Int
  let bits: Int
  /// Added to every stored zero point.
  let zeroOffset: Int
  let grouping: RowGroups
  let scaleType: ElementType

  var granule: Int { 1 }

  var precision: Precision { .grid(bits: bits, group: grouping.size < rows ? grouping.size : nil) }

  var largestRange: Int? { grouping.isEven ? nil : columns }

  private var zeroRowBytes: Int { columns * bits / 8 }

  private func place(_ elements: Range<Int>) -> (rows: Range<Int>, columns: Range<Int>) {
    let (first, start) = elements.lowerBound.quotientAndRemainder(dividingBy: columns)
    let (last, end) = (elements.upperBound - 1).quotientAndRemainder(dividingBy: columns)
    return (first..<last + 1, first == last ? start..<end + 1 : 0..<columns)
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else { return [0..<0, 0..<0, 0..<0] }
    let (rows, part) = place(elements)
    let words = VerticalCodes.words(ofRows: rows, bits: bits)
    let groups = grouping.groups(ofRows: rows)
    let width = scaleType.bitWidth / 8
    func enclosing(_ rows: Range<Int>, _ rowBytes: Int, _ bytes: Range<Int>) -> Range<Int> {
      rows.lowerBound * rowBytes + bytes.lowerBound..<(rows.upperBound - 1) * rowBytes
        + bytes.upperBound
    }
    return [
      enclosing(words, 4 * columns, 4 * part.lowerBound..<4 * part.upperBound),
      enclosing(groups, width * columns, width * part.lowerBound..<width * part.upperBound),
      enclosing(
        groups, zeroRowBytes,
        BitCodes.bytes(ofBits: part.lowerBound * bits..<part.upperBound * bits)),
    ]
  }

  func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else { return [] }
    let rows = place(elements).rows
    let groups = grouping.share(ofRows: rows, of: self.rows)
    let width = scaleType.bitWidth / 8 * columns
    return [
      groups.lowerBound * width..<groups.upperBound * width,
      groups.lowerBound * zeroRowBytes..<groups.upperBound * zeroRowBytes,
    ] + grouping.storedBytes(ofRows: rows)
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !elements.isEmpty, let codes = stored[0].baseAddress else { return }
    let (rows, part) = place(elements)
    let firstWord = rows.lowerBound * bits / 32
    let firstGroup = grouping.groups(ofRows: rows).lowerBound
    // Of what is read of a row, the columns from `part.lowerBound` on.
    ColumnScales.withRow(of: part.count) { zeros, scales in
      var current: Int?
      for run in RowRuns(elements, rowLength: columns) {
        let group = grouping[run.row]
        if group != current {
          current = group
          let row = group - firstGroup
          ColumnScales.read(
            scaleType, from: stored[1], at: row * columns, count: part.count, into: scales)
          let bit = part.lowerBound * bits % 8 + 8 * row * zeroRowBytes
          BitCodes.forEach(in: stored[2], from: bit, count: part.count, bits: bits) {
            // A zero point of 0 is stored as the last code, and comes round again.
            zeros[$0] = Float(($1 + zeroOffset) & (1 << bits - 1))
          }
        }
        let (word, shift) = (run.row * bits).quotientAndRemainder(dividingBy: 32)
        let skip = run.columns.lowerBound - part.lowerBound
        let upper = codes + 4 * ((word - firstWord) * columns + skip)
        let own = target + run.offset
        VerticalCodes.unpack(
          upper, shift + bits > 32 ? upper + 4 * columns : nil, shift: shift, bits: bits,
          count: run.columns.count, into: own)
        ColumnScales.apply(zeros + skip, scales + skip, to: own, count: run.columns.count)
      }
    }
  }
}
