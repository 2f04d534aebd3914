/// A scale for each 16 numbers, an eight-bit float, and one for the whole.
enum NVFP4: PackingScheme { static let name = "NVFP4" }

/// A scale for each 32 numbers, an exponent.
enum MXFP4: PackingScheme { static let name = "MXFP4" }

/// Floats of four bits (E2M1), pairs of them in bytes, the first in the low bits, times the scale of
/// a block and perhaps of the whole.
///
/// Stored: codes, scales of blocks, and scales of the whole where there are.
/// - Numerics: the two scales are multiplied (or divided) in float32, the product with the value too.
/// - Source: OCP microscaling formats 1.0; compressed-tensors `nvfp4/helpers.py`, gpt-oss
///   `torch/weights.py`, ModelOpt `nvfp4_tensor.py`.
struct FourBitFloats<Scheme: PackingScheme>: TensorDecoding {
  static var name: String { Scheme.name }

  /// Blocks along the last axis.
  let grid: ScaleGrid
  let whole: Whole?

  /// Scales of the whole tensor, or of each of the matrices that it is a stack of.
  struct Whole: Sendable {
    var grid: ScaleGrid
    /// compressed-tensors stores what values were multiplied with, ModelOpt what they are to be.
    var divides: Bool
  }

  var granule: Int { 1 }

  var precision: Precision { .grid(bits: 4, group: grid.group) }

  var spacing: LevelSpacing { grid.group.map { .table(group: $0) } ?? .none }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let ranges = [
      elements.lowerBound / 2..<(elements.upperBound + 1) / 2, grid.scaleBytes(of: elements),
    ]
    return whole.map { ranges + [$0.grid.scaleBytes(of: elements)] } ?? ranges
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    FourBitFloat.values.withUnsafeBufferPointer { values in
      BitCodes.forEach(
        in: stored[0], from: elements.lowerBound % 2 * 4, count: elements.count, bits: 4
      ) { target[$0] = values[$1] }
    }
    guard let whole else {
      grid.forEachRun(of: elements, scales: stored[1]) { start, count, scale in
        for index in start..<start + count { target[index] *= scale }
      }
      return
    }
    whole.grid.forEachRun(of: elements, scales: stored[2]) { start, count, factor in
      let part = elements.lowerBound + start..<elements.lowerBound + start + count
      let origin = grid.scales(of: elements).lowerBound
      let shift = grid.scales(of: part).lowerBound - origin
      let scales = UnsafeRawBufferPointer(
        rebasing: stored[1][(shift * grid.scaleType.bitWidth / 8)...])
      grid.forEachRun(of: part, scales: scales) { partStart, partCount, scale in
        let product = whole.divides ? scale / factor : scale * factor
        for index in start + partStart..<start + partStart + partCount { target[index] *= product }
      }
    }
  }
}

/// The sixteen floats of one sign, two exponent bits and one of the significand.
enum FourBitFloat {
  static let values: [Float] = {
    let positive: [Float] = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    return positive + positive.map { -$0 }
  }()
}
