extension ElementType {
  /// A number of one of the types that scales, offsets and zero points are stored in; NaN of any
  /// other.
  func float(at index: Int, of bytes: UnsafeRawBufferPointer) -> Float {
    switch self {
    case .float32:
      Float(
        bitPattern: UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
    case .bfloat16:
      Float(
        bitPattern: UInt32(
          UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
          << 16)
    case .float16:
      Float(
        Float16(
          bitPattern: UInt16(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))))
    case .float64:
      Float(
        Double(
          bitPattern: UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))))
    case .float8E8M0:
      bytes[index] == 255
        ? .nan : Float(sign: .plus, exponent: Int(bytes[index]) - 127, significand: 1)
    case .float8E4M3: Float8.e4m3[Int(bytes[index])]
    case .int8: Float(Int8(bitPattern: bytes[index]))
    case .uint8: Float(bytes[index])
    default: .nan
    }
  }
}
