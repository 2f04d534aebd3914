/// Four-bit floats (E2M1) with a power of two for 32 of them: a byte of exponent, 16 bytes as in
/// Q4_0.
///
/// - Source: "OCP Microscaling Formats (MX) Specification", version 1.0.
enum MXFP4Block: GGUFBlock {
  static let name = "GGUF MXFP4"
  static let elements = 32
  static let bytes = 17
  static let precision = Precision.significand(bits: 2)
  static let spacing = LevelSpacing.table(group: 32)

  /// Twice the values of the codes.
  static let values: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    values.withUnsafeBufferPointer { table in
      for block in 0..<count {
        let stored = source + block * bytes
        IQ4NL.pairs(
          stored + 1, table, halfOfPower(stored.byte(0)), into: target + block * elements)
      }
    }
  }

  /// Half of 2^(exponent − 127).
  @inline(__always)
  private static func halfOfPower(_ exponent: UInt8) -> Float {
    Float(
      bitPattern: exponent < 2 ? 0x0020_0000 << UInt32(exponent) : UInt32(exponent &- 1) << 23)
  }
}

/// Four-bit floats (E2M1) with an eight-bit float for 16 of them: 4 scales (E4M3 without sign), then
/// 8 bytes for each 16 numbers, the first 8 in the low halves.
enum NVFP4Block: GGUFBlock {
  static let name = "GGUF NVFP4"
  static let elements = 64
  static let bytes = 36
  static let precision = Precision.significand(bits: 2)
  static let spacing = LevelSpacing.table(group: 16)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    MXFP4Block.values.withUnsafeBufferPointer { table in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        for group in 0..<4 {
          let scale = halfOfScale(stored.byte(group))
          let (codes, numbers) = (stored + 4 + group * 8, values + group * 16)
          for index in 0..<8 {
            let pair = Int(codes.byte(index))
            numbers[index] = scale * table[pair & 15]
            numbers[index + 8] = scale * table[pair >> 4]
          }
        }
      }
    }
  }

  /// Half of what a scale is; the code of a NaN counts as zero.
  private static func halfOfScale(_ code: UInt8) -> Float {
    guard code != 0x7f else { return 0 }
    let (exponent, mantissa) = (Int(code >> 3 & 15), Float(Int32(code & 7)))
    return exponent == 0
      ? mantissa * 0x1p-10
      : (1 + mantissa / 8) * Float(sign: .plus, exponent: exponent - 8, significand: 1)
  }
}

/// NVFP4 blocks, with the one scale of a tensor, or of each matrix of a stack, that stands in an array
/// of its own; without it, scales of 1.
struct ScaledNVFP4Blocks: TensorDecoding {
  static var name: String { NVFP4Block.name }

  /// Numbers that share a scale; 0 where there is no array of scales.
  let elementsPerScale: Int

  var granule: Int { NVFP4Block.elements }

  var precision: Precision { NVFP4Block.precision }

  var spacing: LevelSpacing { NVFP4Block.spacing }

  func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    let codes = NVFP4Block.storedBytes(of: elements)
    guard elementsPerScale > 0 else { return [codes] }
    guard !elements.isEmpty else { return [codes, 0..<0] }
    let last = (elements.upperBound - 1) / elementsPerScale
    return [codes, elements.lowerBound / elementsPerScale * 4..<(last + 1) * 4]
  }

  func decode(
    _ elements: Range<Int>, from stored: [UnsafeRawBufferPointer],
    into target: UnsafeMutablePointer<Float>
  ) {
    NVFP4Block.decode(elements, from: stored[0], into: target)
    guard elementsPerScale > 0 else { return }
    let first = elements.lowerBound / elementsPerScale
    var element = elements.lowerBound
    while element < elements.upperBound {
      let number = element / elementsPerScale
      let end = min((number + 1) * elementsPerScale, elements.upperBound)
      let bits = stored[1].loadUnaligned(fromByteOffset: 4 * (number - first), as: UInt32.self)
      let scale = Float(bitPattern: UInt32(littleEndian: bits))
      for place in element - elements.lowerBound..<end - elements.lowerBound {
        target[place] *= scale
      }
      element = end
    }
  }
}
