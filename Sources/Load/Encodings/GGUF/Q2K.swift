/// Two bits with scales of scales: 16 bytes of scale and least of 16 numbers each (4 bits, 4 bits),
/// 64 bytes of codes, f16 `d` and `dmin`; `d · scale · q − dmin · least`.
///
/// Of each half of the block, 32 bytes hold the codes of 4 runs of 32 numbers, two bits each.
enum Q2K: GGUFBlock {
  static let name = "Q2_K"
  static let elements = 256
  static let bytes = 84
  static let precision = Precision.grid(bits: 2, group: 16)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let (scale, least) = (stored.half(80), stored.half(82))
      for group in 0..<16 {
        let both = stored.byte(group)
        let step = scale * Float(Int32(both & 15))
        let floor = least * Float(Int32(both >> 4))
        let codes = stored + 16 + group / 8 * 32 + group % 2 * 16
        let shift = Int32(truncatingIfNeeded: group % 8 / 2 * 2)
        let numbers = values + group * 16
        for index in 0..<16 {
          numbers[index] = step * Float(Int32(codes.byte(index)) &>> shift & 3) - floor
        }
      }
    }
  }
}
