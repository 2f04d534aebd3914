/// Vectors of 4 from a list of 256, with signs: f16 `d`, 64 bytes of vectors, then for each 32 numbers
/// 4 bytes of four signs (7 bits) and a scale (4 bits); `d · (½ + scale) / 2 · vector · sign`.
enum IQ3XXS: GGUFBlock {
  static let name = "IQ3_XXS"
  static let elements = 256
  static let bytes = 98
  static let precision = Precision.grid(bits: 3, group: 32)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq3XXS.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for run in 0..<8 {
          let signs = stored.doubleWord(66 + run * 4)
          let step = scale * (0.5 + Float(signs >> 28)) * 0.5
          for part in 0..<4 {
            let pattern = GGUFGrid.signs(signs >> UInt32(truncatingIfNeeded: 7 * part) & 127)
            let place = run * 4 + part
            grid.fours(
              Int(stored.byte(2 + 2 * place)), Int(stored.byte(3 + 2 * place)), step, pattern,
              into: values + place * 8)
          }
        }
      }
    }
  }
}

/// Vectors of 4 from a list of 512, with signs: f16 `d`, 64 bytes of vectors, 8 bytes of their ninth
/// bits, 32 bytes of signs, 4 bytes of scales of 32 numbers each; `d · (1 + 2 scale) · vector · sign`.
enum IQ3S: GGUFBlock {
  static let name = "IQ3_S"
  static let elements = 256
  static let bytes = 110
  static let precision = Precision.grid(bits: 3, group: 32)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq3S.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for run in 0..<8 {
          let own = stored.byte(106 + run / 2) >> UInt8(truncatingIfNeeded: run % 2 * 4) & 15
          let step = scale * Float(1 &+ 2 &* Int32(own))
          let high = Int(stored.byte(66 + run))
          for part in 0..<4 {
            let place = run * 4 + part
            let first = Int(stored.byte(2 + 2 * place)) | (high >> (2 * part) & 1) << 8
            let second = Int(stored.byte(3 + 2 * place)) | (high >> (2 * part + 1) & 1) << 8
            grid.fours(
              first, second, step, stored.byte(74 + place), into: values + place * 8)
          }
        }
      }
    }
  }
}
