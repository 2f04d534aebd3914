/// Five bits with scales of scales: as Q4_K, with 32 bytes of fifth bits before the codes, bit k of
/// each for run k of 32 numbers.
enum Q5K: GGUFBlock {
  static let name = "Q5_K"
  static let elements = 256
  static let bytes = 176
  static let precision = Precision.grid(bits: 5, group: 32)
  static let codeChoice = CodeChoice.searched

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (stored, values) = (source + block * bytes, target + block * elements)
      let (scale, least, high) = (stored.half(0), stored.half(2), stored + 16)
      for run in 0..<8 {
        let own = Q4K.scales(run, of: stored + 4)
        let (step, floor) = (scale * own.scale, least * own.least)
        let (codes, numbers) = (stored + 48 + run / 2 * 32, values + run * 32)
        let shift = Int32(truncatingIfNeeded: run % 2 * 4)
        let bit = Int32(truncatingIfNeeded: run)
        for index in 0..<32 {
          let low = Int32(codes.byte(index)) &>> shift & 15
          let top = Int32(high.byte(index)) &>> bit & 1
          numbers[index] = step * Float(low | top &<< 4) - floor
        }
      }
    }
  }
}
