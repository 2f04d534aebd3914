/// Eight-bit floats times a scale per tensor, row or block: `F8_E4M3` or `F8_E5M2` with scales beside.
///
/// Whatever it is called (`weight_scale_inv` of DeepSeek, `weight_scale` of compressed-tensors and
/// ModelOpt, `scale_weight` of ComfyUI), the scale multiplies.
///
/// - Numerics: one product in float32.
struct ScaledFloat8: TensorDecoding {
  static let name = "F8 × scale"

  let grid: ScaleGrid
  private let values: [Float]
  private let significandBits: Int

  /// Nil for any other type of codes.
  init?(codes: ElementType, grid: ScaleGrid) {
    switch codes {
    case .float8E4M3: values = Float8.e4m3
    case .float8E5M2: values = Float8.e5m2
    default: return nil
    }
    significandBits = codes.significandBits
    self.grid = grid
  }

  var granule: Int { 1 }

  var codeChoice: CodeChoice { .nearest }

  var precision: Precision { .significand(bits: significandBits) }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] { grid.storedBytes(of: elements) }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    let codes = stored[0]
    values.withUnsafeBufferPointer { values in
      grid.forEachRun(of: elements, scales: stored[1]) { start, count, scale in
        for index in start..<start + count { target[index] = values[Int(codes[index])] * scale }
      }
    }
  }
}

extension ScaleGrid {
  /// Where elements of a byte each, and their scales, are stored.
  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    [elements, scaleBytes(of: elements)]
  }
}
