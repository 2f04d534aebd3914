/// Eight-bit whole numbers times a scale per tensor, row or block: bitsandbytes' `I8` with `SCB`,
/// compressed-tensors' `int-quantized`; less a zero point of the same block, where there are.
///
/// - Numerics: one difference and one product in float32.
struct ScaledInt8: TensorDecoding {
  static let name = "I8 × scale"

  let grid: ScaleGrid
  /// Goes with every scale: 1/127 where what is stored is the largest magnitude.
  let factor: Float
  /// The type of zero points, stored behind the scales.
  var zeroType: ElementType?

  var granule: Int { 1 }

  var precision: Precision {
    .grid(bits: 8, group: grid.group)
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let ranges = grid.storedBytes(of: elements)
    guard let zeroType, !elements.isEmpty else { return ranges }
    let (scales, width) = (grid.scales(of: elements), zeroType.bitWidth / 8)
    return ranges + [scales.lowerBound * width..<scales.upperBound * width]
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let codes = stored[0]
    grid.forEachBlock(of: elements) { start, count, place in
      let step = grid.scaleType.float(at: place, of: stored[1]) * factor
      let zero = zeroType?.float(at: place, of: stored[2]) ?? 0
      for index in start..<start + count {
        target[index] = (Float(Int8(bitPattern: codes[index])) - zero) * step
      }
    }
  }
}
