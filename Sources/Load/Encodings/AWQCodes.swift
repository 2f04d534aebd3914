/// AWQ: eight four-bit codes of neighbouring outputs in a word, in an order of their own, with a scale
/// and a zero point for each group of inputs and output.
///
/// Stored: `qweight [in, out / 8]`, `scales [groups, out]`, `qzeros [groups, out / 8]`. Elements are
/// counted as they lie, `[in, out]`.
/// - Numerics: (q − z) · s in float32.
/// - Source: AutoAWQ, `packing_utils.py`, `gemm.py`.
struct AWQCodes: TensorDecoding {
  static let name = "AWQ"

  static let bits = 4
  static let codesPerWord = 8
  /// In which nibble of its word, counted from the lowest, the code of each of eight outputs is.
  private static let nibbles = [0, 4, 1, 5, 2, 6, 3, 7]

  /// Inputs, outputs, and inputs that share a scale.
  let rows: Int
  let columns: Int
  let group: Int
  let scaleType: ElementType

  /// Outputs come in whole words.
  var granule: Int { Self.codesPerWord }

  var precision: Precision { .grid(bits: Self.bits, group: group < rows ? group : nil) }

  private var rowBytes: Int { columns / 2 }

  private func place(_ elements: Range<Int>) -> (groups: Range<Int>, columns: Range<Int>) {
    let (first, start) = elements.lowerBound.quotientAndRemainder(dividingBy: columns)
    let (last, end) = (elements.upperBound - 1).quotientAndRemainder(dividingBy: columns)
    return (first / group..<last / group + 1, first == last ? start..<end + 1 : 0..<columns)
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else { return [0..<0, 0..<0, 0..<0] }
    let (groups, part) = place(elements)
    let width = scaleType.bitWidth / 8
    func enclosing(_ rowBytes: Int, _ bytes: Range<Int>) -> Range<Int> {
      groups.lowerBound * rowBytes + bytes.lowerBound..<(groups.upperBound - 1) * rowBytes
        + bytes.upperBound
    }
    return [
      elements.lowerBound / 2..<elements.upperBound / 2,
      enclosing(width * columns, width * part.lowerBound..<width * part.upperBound),
      enclosing(rowBytes, part.lowerBound / 2..<part.upperBound / 2),
    ]
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !elements.isEmpty else { return }
    let (groups, part) = place(elements)
    Self.unpack(stored[0], from: 0, count: elements.count, into: target)
    ColumnScales.withRow(of: part.count) { zeros, scales in
      var current: Int?
      for run in RowRuns(elements, rowLength: columns) {
        if run.row / group != current {
          current = run.row / group
          let row = run.row / group - groups.lowerBound
          ColumnScales.read(
            scaleType, from: stored[1], at: row * columns, count: part.count, into: scales)
          Self.unpack(stored[2], from: row * rowBytes, count: part.count, into: zeros)
        }
        let skip = run.columns.lowerBound - part.lowerBound
        ColumnScales.apply(
          zeros + skip, scales + skip, to: target + run.offset, count: run.columns.count)
      }
    }
  }

  /// Codes of whole words.
  private static func unpack(
    _ bytes: UnsafeRawBufferPointer, from byte: Int, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    nibbles.withUnsafeBufferPointer { nibbles in
      for word in 0..<count / codesPerWord {
        let value = UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: byte + 4 * word, as: UInt32.self))
        for place in 0..<codesPerWord {
          target[word * codesPerWord + place] = Float(value >> UInt32(4 * nibbles[place]) & 15)
        }
      }
    }
  }
}
