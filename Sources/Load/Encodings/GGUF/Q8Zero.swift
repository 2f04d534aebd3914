/// Eight bits: f16 scale `d`, 32 whole numbers with sign; `q · d`.
enum Q8Zero: GGUFBlock {
  static let name = "Q8_0"
  static let elements = 32
  static let bytes = 34
  static let precision = Precision.grid(bits: 8, group: 32)

  static func decode(
    _ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<count {
      let (codes, values) = (source + block * bytes, target + block * elements)
      let scale = codes.half(0)
      for index in 0..<32 {
        values[index] = Float(Int32(Int8(bitPattern: codes.byte(2 + index)))) * scale
      }
    }
  }
}
