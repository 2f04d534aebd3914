/// Six bits with scales of scales: 128 bytes of low halves, 64 bytes of two high bits, 16 scales of
/// 16 numbers each (8 bits with sign), f16 `d`; `d · scale · (q − 32)`.
///
/// Of each half of the block, 64 bytes hold the low bits of runs 0 and 1 of 32 numbers in their low
/// halves and those of runs 2 and 3 in their high ones; 32 bytes hold the high bits of all four.
enum Q6K: GGUFBlock {
  static let name = "Q6_K"
  static let elements = 256
  static let bytes = 210
  static let precision = Precision.grid(bits: 6, group: 16)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let scale = stored.half(208)
      for group in 0..<16 {
        let step = scale * Float(Int32(Int8(bitPattern: stored.byte(192 + group))))
        let (half, run) = (group / 8, group % 8 / 2)
        let low = stored + half * 64 + run % 2 * 32 + group % 2 * 16
        let high = stored + 128 + half * 32 + group % 2 * 16
        let shift = Int32(truncatingIfNeeded: run / 2 * 4)
        let highShift = Int32(truncatingIfNeeded: run * 2)
        let numbers = values + group * 16
        for index in 0..<16 {
          let bits = Int32(low.byte(index)) &>> shift & 15
          let top = Int32(high.byte(index)) &>> highShift & 3
          numbers[index] = step * Float((bits | top &<< 4) &- 32)
        }
      }
    }
  }
}
