/// Vectors of 8 out of −1, 0 and 1 from a list of 2048: f16 `d`, 32 bytes of vectors, then for each 32
/// numbers a word of their high bits (3 each), a scale (3 bits) and the sign of ⅛;
/// `d · (2 scale + 1) · (vector ± ⅛)`.
enum IQ1S: GGUFBlock {
  static let name = "IQ1_S"
  static let elements = 256
  static let bytes = 50
  static let precision = Precision.grid(bits: 2, group: 32)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq1.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for run in 0..<8 {
          let high = stored.word(34 + run * 2)
          let step = scale * Float(2 &* Int32(high >> 12 & 7) &+ 1)
          let shift: Float = high & 0x8000 == 0 ? 0.125 : -0.125
          for part in 0..<4 {
            let top = Int(high >> UInt16(truncatingIfNeeded: 3 * part) & 7)
            grid.eight(
              Int(stored.byte(2 + run * 4 + part)) | top << 8, shiftedBy: shift, step,
              into: values + run * 32 + part * 8)
          }
        }
      }
    }
  }
}

/// The vectors of IQ1_S with a scale for each 16 numbers: 32 bytes of vectors, 16 bytes of their high
/// bits (3) and signs of ⅛, 8 bytes of scales (3 bits), between which the four top bits of each word
/// are a f16 `d`.
enum IQ1M: GGUFBlock {
  static let name = "IQ1_M"
  static let elements = 256
  static let bytes = 56
  static let precision = Precision.grid(bits: 2, group: 16)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq1.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scales = stored + 48
        let bits = (0..<4).reduce(UInt16(0)) { bits, word in
          bits | (scales.word(2 * word) & 0xf000) >> UInt16(truncatingIfNeeded: 12 - 4 * word)
        }
        let scale = Float(halfBits: bits)
        for part in 0..<32 {
          let high = stored.byte(32 + part / 2) >> UInt8(truncatingIfNeeded: part % 2 * 4) & 15
          let own = scales.word(part / 8 * 2) >> UInt16(truncatingIfNeeded: part % 8 / 2 * 3) & 7
          grid.eight(
            Int(stored.byte(part)) | Int(high & 7) << 8, shiftedBy: high & 8 == 0 ? 0.125 : -0.125,
            scale * Float(2 &* Int32(own) &+ 1), into: values + part * 8)
        }
      }
    }
  }
}
