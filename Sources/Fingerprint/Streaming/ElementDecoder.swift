import Kernels
package import Load

/// Turns stored numbers into floats.
package struct ElementDecoder: Sendable {
  private let elementType: ElementType
  /// Values of all 256 codes of an eight-bit float type.
  private let table: [Float]

  /// Nil for types whose elements are not whole bytes or not real numbers in one code.
  package init?(_ elementType: ElementType) {
    guard elementType.isDecoded else { return nil }
    switch elementType {
    case .float8E4M3: table = Float8.e4m3
    case .float8E5M2: table = Float8.e5m2
    default: table = []
    }
    self.elementType = elementType
  }

  /// The type as kernels know it that decode in registers; nil for others.
  var number: skm_number? {
    switch elementType {
    case .float32: SKM_F32
    case .bfloat16: SKM_BF16
    case .float16: SKM_F16
    default: nil
    }
  }

  /// Decodes `count` elements.
  ///
  /// - Parameters:
  ///   - source: at least `count` elements, little-endian, any alignment.
  ///   - target: room for `count` floats.
  package func decode(
    _ source: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch elementType {
    case .float32: skm_decode_f32(source, target, count)
    case .bfloat16: skm_decode_bf16(source, target, count)
    case .float16: skm_decode_f16(source, target, count)
    case .float64: skm_decode_f64(source, target, count)
    case .bool, .uint8: skm_decode_u8(source, target, count)
    case .int8: skm_decode_i8(source, target, count)
    case .uint16: skm_decode_u16(source, target, count)
    case .int16: skm_decode_i16(source, target, count)
    case .uint32: skm_decode_u32(source, target, count)
    case .int32: skm_decode_i32(source, target, count)
    case .uint64: skm_decode_u64(source, target, count)
    case .int64: skm_decode_i64(source, target, count)
    case .float8E4M3, .float8E5M2: skm_decode_table8(source, target, count, table)
    case .float4E2M1, .float6E2M3, .float6E3M2, .complex64, .float8E8M0: break
    }
  }
}
