/// Five bits around zero: f16 scale `d`, the fifth bits of 32 codes, and 16 bytes as in Q4_0;
/// `d · (q − 16)`.
enum Q5Zero: GGUFBlock {
  static let name = "Q5_0"
  static let elements = 32
  static let bytes = 22
  static let precision = Precision.grid(bits: 5, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (codes, values) = (source + block * bytes, target + block * elements)
      let (scale, high) = (codes.half(0), codes.doubleWord(2))
      for index in 0..<16 {
        let (low, top) = fiveBits(codes.byte(6 + index), high, index)
        values[index] = scale * Float(low &- 16)
        values[index + 16] = scale * Float(top &- 16)
      }
    }
  }
}

/// Five bits from a least number on: f16 scale `d` and least `m`, then as in Q5_0; `d · q + m`.
enum Q5One: GGUFBlock {
  static let name = "Q5_1"
  static let elements = 32
  static let bytes = 24
  static let precision = Precision.grid(bits: 5, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (codes, values) = (source + block * bytes, target + block * elements)
      let (scale, least, high) = (codes.half(0), codes.half(2), codes.doubleWord(4))
      for index in 0..<16 {
        let (low, top) = fiveBits(codes.byte(8 + index), high, index)
        values[index] = scale * Float(low) + least
        values[index + 16] = scale * Float(top) + least
      }
    }
  }
}

/// The codes of numbers `index` and `index + 16`.
@inline(__always)
private func fiveBits(_ pair: UInt8, _ high: UInt32, _ index: Int) -> (Int32, Int32) {
  let bits = high >> UInt32(truncatingIfNeeded: index)
  let low = UInt32(pair & 15) | bits << 4 & 16
  let top = UInt32(pair >> 4) | bits >> 12 & 16
  return (Int32(bitPattern: low), Int32(bitPattern: top))
}
