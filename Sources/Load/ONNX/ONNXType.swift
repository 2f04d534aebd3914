/// A type of the elements of ONNX tensors.
///
/// - Source: `onnx.proto`, `TensorProto.DataType`.
enum ONNXType: UInt64, CaseIterable {
  case float = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
  case complex64, complex128, bfloat16, float8E4M3FN, float8E4M3FNUZ, float8E5M2, float8E5M2FNUZ
  case uint4, int4, float4E2M1, float8E8M0, uint2, int2

  /// Bits of an element; 0 of strings.
  var bits: Int {
    switch self {
    case .string: 0
    case .uint2, .int2: 2
    case .uint4, .int4, .float4E2M1: 4
    case .uint8, .int8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ,
      .float8E8M0:
      8
    case .uint16, .int16, .float16, .bfloat16: 16
    case .float, .int32, .uint32: 32
    case .double, .int64, .uint64, .complex64: 64
    case .complex128: 128
    }
  }

  /// The type as which elements are read; nil where they are not numbers of whole bytes that are known
  /// by themselves.
  var elementType: ElementType? {
    switch self {
    case .float: .float32
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .bool: .bool
    case .float16: .float16
    case .double: .float64
    case .uint32: .uint32
    case .uint64: .uint64
    case .complex64: .complex64
    case .bfloat16: .bfloat16
    case .float8E4M3FN: .float8E4M3
    case .float8E5M2: .float8E5M2
    case .float8E8M0: .float8E8M0
    case .string, .complex128, .float8E4M3FNUZ, .float8E5M2FNUZ, .uint4, .int4, .float4E2M1,
      .uint2, .int2:
      nil
    }
  }

  /// How they are read where a scale, or nothing, goes with them.
  var codes: AffineCodes.Codes? {
    switch self {
    case .uint8: .unsigned(bits: 8)
    case .uint4: .unsigned(bits: 4)
    case .uint2: .unsigned(bits: 2)
    case .int8: .signed(bits: 8)
    case .int4: .signed(bits: 4)
    case .int2: .signed(bits: 2)
    case .int16: .signed(bits: 16)
    case .uint16: .unsigned(bits: 16)
    case .int32: .signed(bits: 32)
    case .float8E4M3FN: .float8(.e4m3)
    case .float8E5M2: .float8(.e5m2)
    case .float8E4M3FNUZ: .float8(.e4m3WithoutNegativeZero)
    case .float8E5M2FNUZ: .float8(.e5m2WithoutNegativeZero)
    case .float4E2M1: .float4
    default: nil
    }
  }

  /// Whether elements are floats that mean something by themselves, which no scale need go with.
  var isFloat: Bool {
    switch self {
    case .float, .double, .float16, .bfloat16, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2,
      .float8E5M2FNUZ:
      true
    default: false
    }
  }

  var name: String { "ONNX \(String(describing: self).uppercased())" }

  /// Bytes that so many elements take, the last of them perhaps in part.
  func byteCount(of count: Int) -> Int? {
    count.multipliedIfCounted(by: bits).map { $0 / 8 + ($0.isMultiple(of: 8) ? 0 : 1) }
  }
}
