/// Three values, five to a byte: 48 bytes of five digits to the base 3, 4 bytes of four, f16 `d`;
/// `(digit − 1) · d`.
///
/// A byte is the digits' fraction of 256: a product with 3ⁿ brings digit n before the point.
enum TQ1Zero: GGUFBlock {
  static let name = "TQ1_0"
  static let elements = 256
  static let bytes = 54
  static let precision = Precision.grid(bits: 2, group: 256)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let scale = stored.half(52)
      digits(5, of: 32, from: stored, into: values, scale)
      digits(5, of: 16, from: stored + 32, into: values + 160, scale)
      digits(4, of: 4, from: stored + 48, into: values + 240, scale)
    }
  }

  @inline(__always)
  private static func digits(
    _ digits: Int, of count: Int, from codes: UnsafeRawPointer,
    into values: UnsafeMutablePointer<Float>, _ scale: Float
  ) {
    var power: UInt8 = 1
    for digit in 0..<digits {
      let numbers = values + digit * count
      for index in 0..<count {
        let fraction = codes.byte(index) &* power
        numbers[index] = scale * Float((Int32(fraction) &* 3) &>> 8 &- 1)
      }
      power &*= 3
    }
  }
}

/// Three values in two bits: 64 bytes of codes as in Q2_K, f16 `d`; `(q − 1) · d`.
enum TQ2Zero: GGUFBlock {
  static let name = "TQ2_0"
  static let elements = 256
  static let bytes = 66
  static let precision = Precision.grid(bits: 2, group: 256)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let scale = stored.half(64)
      for run in 0..<8 {
        let (codes, numbers) = (stored + run / 4 * 32, values + run * 32)
        let shift = Int32(truncatingIfNeeded: run % 4 * 2)
        for index in 0..<32 {
          numbers[index] = scale * Float(Int32(codes.byte(index)) &>> shift & 3 &- 1)
        }
      }
    }
  }
}
