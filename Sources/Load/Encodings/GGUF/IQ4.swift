/// Sixteen values that lie closer around zero: f16 `d`, 16 bytes as in Q4_0; `d · value`.
enum IQ4NL: GGUFBlock {
  static let name = "IQ4_NL"
  static let elements = 32
  static let bytes = 18
  static let precision = Precision.grid(bits: 4, group: 32)
  static let spacing = LevelSpacing.table(group: 32)
  static let codeChoice = CodeChoice.searched

  static let values: [Float] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
  ]

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    values.withUnsafeBufferPointer { table in
      for block in 0..<count {
        let stored = source + block * bytes
        pairs(stored + 2, table, stored.half(0), into: target + block * elements)
      }
    }
  }

  /// 32 numbers from 16 bytes: first the low halves.
  @inline(__always)
  static func pairs(
    _ codes: UnsafeRawPointer, _ table: UnsafeBufferPointer<Float>, _ scale: Float,
    into values: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<16 {
      let pair = Int(codes.byte(index))
      values[index] = scale * table[pair & 15]
      values[index + 16] = scale * table[pair >> 4]
    }
  }
}

/// The values of IQ4_NL with scales of scales: f16 `d`, 2 bytes and 4 bytes of 8 scales (2 high and 4
/// low bits), 128 bytes of codes; `d · (scale − 32) · value`.
enum IQ4XS: GGUFBlock {
  static let name = "IQ4_XS"
  static let elements = 256
  static let bytes = 136
  static let precision = Precision.grid(bits: 4, group: 32)
  static let spacing = LevelSpacing.table(group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    IQ4NL.values.withUnsafeBufferPointer { table in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let (scale, high) = (stored.half(0), stored.word(2))
        for run in 0..<8 {
          let low = stored.byte(4 + run / 2) >> UInt8(truncatingIfNeeded: run % 2 * 4) & 15
          let top = high >> UInt16(truncatingIfNeeded: 2 * run) & 3
          let step = scale * Float(Int32(UInt16(low) | top << 4) &- 32)
          IQ4NL.pairs(stored + 8 + run * 16, table, step, into: values + run * 32)
        }
      }
    }
  }
}
