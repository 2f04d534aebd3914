/// Four bits with scales of scales: f16 `d` and `dmin`, 12 bytes of 8 scales and leasts (6 bits), 128
/// bytes of codes; `d · scale · q − dmin · least`.
///
/// Each 32 bytes hold 32 numbers in their low halves and the next 32 in their high ones.
enum Q4K: GGUFBlock {
  static let name = "Q4_K"
  static let elements = 256
  static let bytes = 144
  static let precision = Precision.grid(bits: 4, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let (scale, least) = (stored.half(0), stored.half(2))
      for pair in 0..<4 {
        let first = scales(2 * pair, of: stored + 4)
        let second = scales(2 * pair + 1, of: stored + 4)
        let (step, floor) = (scale * first.scale, least * first.least)
        let (nextStep, nextFloor) = (scale * second.scale, least * second.least)
        let (codes, numbers) = (stored + 16 + pair * 32, values + pair * 64)
        for index in 0..<32 {
          numbers[index] = step * Float(Int32(codes.byte(index) & 15)) - floor
        }
        for index in 0..<32 {
          numbers[index + 32] = nextStep * Float(Int32(codes.byte(index) >> 4)) - nextFloor
        }
      }
    }
  }

  /// The scale and the least of a run of 32 numbers, in 12 bytes: six bits each, of the last four
  /// runs four bits in a byte of both and two at the top of those of the first runs.
  @inline(__always)
  static func scales(
    _ run: Int, of stored: UnsafeRawPointer
  ) -> (scale: Float, least: Float) {
    let (scale, least): (UInt8, UInt8)
    if run < 4 {
      (scale, least) = (stored.byte(run) & 63, stored.byte(run + 4) & 63)
    } else {
      let both = stored.byte(run + 4)
      scale = both & 15 | stored.byte(run - 4) >> 2 & 48
      least = both >> 4 | stored.byte(run) >> 2 & 48
    }
    return (Float(Int32(scale)), Float(Int32(least)))
  }
}
