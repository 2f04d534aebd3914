/// Whole numbers of two to eight bits packed along the rows of `[out, in]`, each row in whole blocks with
/// a scale each: ONNX Runtime's `MatMulNBits`.
///
/// Stored: codes `[out, blocks, block · bits / 8]` from the low bits up, scales `[out, blocks]`, and where
/// there are zero points: codes packed along the row, rows of whole bytes; or floats.
/// - Numerics: in float32, (q − z) · s.
/// - Source: ONNX Runtime, `ContribOperators.md`, and `matmul_nbits_quantizer.py`.
struct BlockRows: TensorDecoding {
  static let name = "MatMulNBits"

  enum Zeros: Sendable, Equatable {
    /// Half of the codes stand for negative numbers.
    case centre
    case codes
    case floats(ElementType)
  }

  let bits: Int
  /// `[out, in]`, of blocks along the rows.
  let grid: ScaleGrid
  let zeros: Zeros

  var granule: Int { 1 }

  var precision: Precision { .grid(bits: bits, group: grid.group) }

  private var rowLength: Int { grid.shape[1] }
  private var blocksPerRow: Int { (rowLength - 1) / grid.block[1] + 1 }
  var rowBytes: Int { blocksPerRow * grid.block[1] * bits / 8 }
  var zeroRowBytes: Int { (blocksPerRow * bits + 7) / 8 }

  private func codeBytes(of elements: Range<Int>) -> Range<Int> {
    let (first, start) = elements.lowerBound.quotientAndRemainder(dividingBy: rowLength)
    let (last, end) = (elements.upperBound - 1).quotientAndRemainder(dividingBy: rowLength)
    return first * rowBytes + start * bits / 8..<last * rowBytes + ((end + 1) * bits + 7) / 8
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    guard !elements.isEmpty else {
      return [0..<0, 0..<0, 0..<0].dropLast(zeros == .centre ? 1 : 0)
    }
    let ranges = [codeBytes(of: elements), grid.scaleBytes(of: elements)]
    switch zeros {
    case .centre: return ranges
    case .codes:
      let first = elements.lowerBound / rowLength
      let last = (elements.upperBound - 1) / rowLength
      return ranges + [first * zeroRowBytes..<(last + 1) * zeroRowBytes]
    case .floats(let type):
      let (scales, width) = (grid.scales(of: elements), type.bitWidth / 8)
      return ranges + [scales.lowerBound * width..<scales.upperBound * width]
    }
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !elements.isEmpty else { return }
    let origin = codeBytes(of: elements).lowerBound
    for run in RowRuns(elements, rowLength: rowLength) {
      let own = target + run.offset
      BitCodes.forEach(
        in: stored[0], from: 8 * (run.row * rowBytes - origin) + run.columns.lowerBound * bits,
        count: run.columns.count, bits: bits
      ) { own[$0] = Float($1) }
    }
    let firstRow = elements.lowerBound / rowLength
    let centre = Float(1 << (bits - 1))
    grid.forEachBlock(of: elements) { start, count, place in
      let scale = grid.scaleType.float(at: place, of: stored[1])
      var zero = centre
      switch zeros {
      case .centre: break
      case .floats(let type): zero = type.float(at: place, of: stored[2])
      case .codes:
        let element = elements.lowerBound + start
        let bit =
          8 * (element / rowLength - firstRow) * zeroRowBytes + element % rowLength / grid.block[1]
          * bits
        BitCodes.forEach(in: stored[2], from: bit, count: 1, bits: bits) { zero = Float($1) }
      }
      for index in start..<start + count { target[index] = (target[index] - zero) * scale }
    }
  }
}
