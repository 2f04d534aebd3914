/// How one number of a tensor is stored.
///
/// The raw value is the name the safetensors format gives to the type; other formats map onto it.
package enum ElementType: String, Sendable, CaseIterable, Codable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case uint16 = "U16"
  case int16 = "I16"
  case uint32 = "U32"
  case int32 = "I32"
  case uint64 = "U64"
  case int64 = "I64"
  case float4E2M1 = "F4"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case float8E4M3 = "F8_E4M3"
  case float8E5M2 = "F8_E5M2"
  case float8E8M0 = "F8_E8M0"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"
  case complex64 = "C64"

  /// Bits of storage per element.
  package var bitWidth: Int {
    switch self {
    case .float4E2M1: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E4M3, .float8E5M2, .float8E8M0: 8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .uint32, .int32, .float32: 32
    case .uint64, .int64, .float64, .complex64: 64
    }
  }

  /// Whether the values are real numbers a network computes with, rather than counters, masks or
  /// packed codes.
  ///
  /// Only such tensors can be evidence of descent (method, section 1).
  package var isRealNumber: Bool {
    switch self {
    case .float4E2M1, .float6E2M3, .float6E3M2, .float8E4M3, .float8E5M2, .float16, .bfloat16,
      .float32, .float64:
      true
    case .bool, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64, .float8E8M0,
      .complex64:
      false
    }
  }

  /// Whether numbers of the type can be read by themselves.
  ///
  /// Floats of four and six bits mean something only with their scales, and an exponent alone is
  /// such a scale.
  package var isDecoded: Bool {
    switch self {
    case .float4E2M1, .float6E2M3, .float6E3M2, .float8E8M0, .complex64: false
    default: true
    }
  }

  /// Bits of precision including the hidden one: relative rounding error is at most 2^-precision.
  package var significandBits: Int {
    switch self {
    case .float4E2M1: 2
    case .float6E2M3: 4
    case .float6E3M2, .float8E5M2: 3
    case .float8E4M3: 4
    case .float8E8M0: 1
    case .bfloat16: 8
    case .float16: 11
    case .float32, .complex64: 24
    case .float64: 53
    case .bool: 1
    case .uint8, .int8: 8
    case .uint16, .int16: 16
    case .uint32, .int32: 32
    case .uint64, .int64: 64
    }
  }
}
