/// The type in which the single values of a tensor are written: the narrowest that holds them exactly.
enum SampleEncoding: String, Codable, CaseIterable {
  case bfloat16 = "BF16"
  case float16 = "F16"
  case float32 = "F32"

  /// Bytes of a value.
  var size: Int { self == .float32 ? 4 : 2 }

  static func narrowest(of values: [Float]) -> SampleEncoding {
    allCases.first { encoding in
      values.allSatisfy { encoding.value(of: encoding.bits(of: $0)).bitPattern == $0.bitPattern }
    } ?? .float32
  }

  /// Little-endian.
  func bytes(of values: [Float]) -> [UInt8] {
    values.flatMap { value in
      let bits = bits(of: value)
      return (0..<size).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }
  }

  func values(of bytes: ArraySlice<UInt8>) -> [Float] {
    stride(from: bytes.startIndex, through: bytes.endIndex - size, by: size).map { start in
      value(of: (0..<size).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
  }

  private func bits(of value: Float) -> UInt32 {
    switch self {
    case .bfloat16: value.bitPattern >> 16
    case .float16: UInt32(Float16(value).bitPattern)
    case .float32: value.bitPattern
    }
  }

  private func value(of bits: UInt32) -> Float {
    switch self {
    case .bfloat16: Float(bitPattern: bits << 16)
    case .float16: Float(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
    case .float32: Float(bitPattern: bits)
    }
  }
}
