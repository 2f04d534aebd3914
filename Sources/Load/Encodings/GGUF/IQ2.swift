/// Vectors of 8 from a list of 256, with signs: f16 `d`, then for each 32 numbers 4 bytes of vectors
/// and 4 bytes of four signs (7 bits) and a scale (4 bits); `d · (½ + scale) / 4 · vector · sign`.
enum IQ2XXS: GGUFBlock {
  static let name = "IQ2_XXS"
  static let elements = 256
  static let bytes = 66
  static let precision = Precision.grid(bits: 2, group: 32)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq2XXS.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for run in 0..<8 {
          let codes = stored + 2 + run * 8
          let signs = codes.doubleWord(4)
          let step = scale * (0.5 + Float(signs >> 28)) * 0.25
          for part in 0..<4 {
            let pattern = GGUFGrid.signs(signs >> UInt32(truncatingIfNeeded: 7 * part) & 127)
            grid.eight(
              Int(codes.byte(part)), step, pattern, into: values + run * 32 + part * 8)
          }
        }
      }
    }
  }
}

/// Vectors of 8 from a list of 512, with signs: f16 `d`, 32 words of vector (9 bits) and signs (7),
/// 8 bytes of scales of 16 numbers each; `d · (½ + scale) / 4 · vector · sign`.
enum IQ2XS: GGUFBlock {
  static let name = "IQ2_XS"
  static let elements = 256
  static let bytes = 74
  static let precision = Precision.grid(bits: 2, group: 16)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq2XS.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for part in 0..<32 {
          let code = stored.word(2 + 2 * part)
          grid.eight(
            Int(code & 511), IQ2S.step(scale, part, stored + 66),
            GGUFGrid.signs(UInt32(code >> 9)), into: values + part * 8)
        }
      }
    }
  }
}

/// Vectors of 8 from a list of 1024, with signs: f16 `d`, 32 bytes of vectors, 32 bytes of signs, 8
/// bytes of two high bits for each vector, 8 bytes of scales as in IQ2_XS.
enum IQ2S: GGUFBlock {
  static let name = "IQ2_S"
  static let elements = 256
  static let bytes = 82
  static let precision = Precision.grid(bits: 2, group: 16)
  static let spacing = LevelSpacing.none

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    GGUFGrid.iq2S.withVectors { grid in
      for block in 0..<count {
        let (stored, values) = (source + block * bytes, target + block * elements)
        let scale = stored.half(0)
        for part in 0..<32 {
          let high = stored.byte(66 + part / 4) >> UInt8(truncatingIfNeeded: part % 4 * 2) & 3
          grid.eight(
            Int(stored.byte(2 + part)) | Int(high) << 8, step(scale, part, stored + 74),
            stored.byte(34 + part), into: values + part * 8)
        }
      }
    }
  }

  /// The step of a vector, from the scale of it and its neighbour.
  @inline(__always)
  static func step(_ scale: Float, _ part: Int, _ scales: UnsafeRawPointer) -> Float {
    let own = scales.byte(part / 4) >> UInt8(truncatingIfNeeded: part % 4 / 2 * 4) & 15
    return scale * (0.5 + Float(Int32(own))) * 0.25
  }
}
