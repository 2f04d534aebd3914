/// Three bits with scales of scales: 32 bytes of third bits, 64 bytes of codes as in Q2_K, 12 bytes of
/// 16 scales (6 bits), f16 `d`; `d · (scale − 32) · q`, q from −4 to 3.
enum Q3K: GGUFBlock {
  static let name = "Q3_K"
  static let elements = 256
  static let bytes = 110
  static let precision = Precision.grid(bits: 3, group: 16)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let scale = stored.half(108)
      for group in 0..<16 {
        let step = scale * Float(groupScale(group, of: stored + 96) &- 32)
        let codes = stored + 32 + group / 8 * 32 + group % 2 * 16
        let high = stored + group % 2 * 16
        let shift = Int32(truncatingIfNeeded: group % 8 / 2 * 2)
        let bit = Int32(truncatingIfNeeded: group / 2)
        let numbers = values + group * 16
        for index in 0..<16 {
          let low = Int32(codes.byte(index)) &>> shift & 3
          // The bit is set where nothing is taken away.
          let isWhole = Int32(high.byte(index)) &>> bit & 1
          numbers[index] = step * Float(low &+ (isWhole &<< 2) &- 4)
        }
      }
    }
  }

  /// Four bits in 8 bytes, first the low halves, and two bits in the 4 bytes behind.
  private static func groupScale(_ group: Int, of stored: UnsafeRawPointer) -> Int32 {
    let low = group < 8 ? stored.byte(group) & 15 : stored.byte(group - 8) >> 4
    let high = stored.byte(8 + group % 4) >> UInt8(truncatingIfNeeded: group / 4 * 2) & 3
    return Int32(low | high << 4)
  }
}
