/// Four bits around zero: f16 scale `d`, 16 bytes of two codes, the first 16 numbers in the low
/// halves; `d · (q − 8)`.
enum Q4Zero: GGUFBlock {
  static let name = "Q4_0"
  static let elements = 32
  static let bytes = 18
  static let precision = Precision.grid(bits: 4, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (codes, values) = (source + block * bytes, target + block * elements)
      let scale = codes.half(0)
      for index in 0..<16 {
        let pair = Int32(codes.byte(2 + index))
        values[index] = scale * Float(pair & 15 &- 8)
        values[index + 16] = scale * Float(pair >> 4 &- 8)
      }
    }
  }
}

/// Four bits from a least number on: f16 scale `d` and least `m`, 16 bytes as in Q4_0; `d · q + m`.
enum Q4One: GGUFBlock {
  static let name = "Q4_1"
  static let elements = 32
  static let bytes = 20
  static let precision = Precision.grid(bits: 4, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (codes, values) = (source + block * bytes, target + block * elements)
      let (scale, least) = (codes.half(0), codes.half(2))
      for index in 0..<16 {
        let pair = Int32(codes.byte(4 + index))
        values[index] = scale * Float(pair & 15) + least
        values[index + 16] = scale * Float(pair >> 4) + least
      }
    }
  }
}
