/// A type of the elements of TFLite tensors.
///
/// - Source: `tensorflow/compiler/mlir/lite/schema/schema.fbs`, `TensorType`.
enum TFLiteType: UInt8, CaseIterable {
  case float32, float16, int32, uint8, int64, string, bool, int16, complex64, int8, float64
  case complex128, uint64, resource, variant, uint32, uint16, int4, bfloat16, int2, uint4

  /// The type as which elements are read; nil for those that are no numbers of whole bytes.
  var elementType: ElementType? {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .int32: .int32
    case .uint8: .uint8
    case .int64: .int64
    case .bool: .bool
    case .int16: .int16
    case .complex64: .complex64
    case .int8: .int8
    case .float64: .float64
    case .uint64: .uint64
    case .uint32: .uint32
    case .uint16: .uint16
    case .bfloat16: .bfloat16
    case .string, .complex128, .resource, .variant, .int4, .int2, .uint4: nil
    }
  }

  /// How codes are read where scales go with them.
  var codes: AffineCodes.Codes? {
    switch self {
    case .int8: .signed(bits: 8)
    case .uint8: .unsigned(bits: 8)
    case .int16: .signed(bits: 16)
    case .uint16: .unsigned(bits: 16)
    case .int32: .signed(bits: 32)
    case .int4: .signed(bits: 4)
    case .uint4: .unsigned(bits: 4)
    case .int2: .signed(bits: 2)
    default: nil
    }
  }

  /// Bytes that so many elements take; nil of what is no array of numbers.
  func byteCount(of count: Int) -> Int? {
    guard let bits = elementType?.bitWidth ?? codes?.bits ?? (self == .complex128 ? 128 : nil)
    else { return nil }
    return count.multipliedIfCounted(by: bits).map { $0 / 8 + ($0.isMultiple(of: 8) ? 0 : 1) }
  }
}
