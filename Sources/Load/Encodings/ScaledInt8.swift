/// Eight-bit whole numbers times a scale per tensor, row or block: bitsandbytes' `I8` with `SCB`,
/// compressed-tensors' `int-quantized`.
///
/// - Numerics: one product in float32.
struct ScaledInt8: TensorDecoding {
  static let name = "I8 × scale"

  let grid: ScaleGrid
  /// Goes with every scale: 1/127 where what is stored is the largest magnitude.
  let factor: Float

  var granule: Int { 1 }

  var precision: Precision {
    let last = grid.block[grid.block.count - 1]
    return .grid(bits: 8, group: last < grid.shape[grid.shape.count - 1] ? last : nil)
  }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] { grid.storedBytes(of: elements) }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let codes = stored[0]
    grid.forEachRun(of: elements, scales: stored[1]) { start, count, scale in
      let step = scale * factor
      for index in start..<start + count {
        target[index] = Float(Int8(bitPattern: codes[index])) * step
      }
    }
  }
}
