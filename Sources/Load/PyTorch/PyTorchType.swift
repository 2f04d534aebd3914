/// The numbers of a storage, by what PyTorch calls them.
enum PyTorchType: Equatable {
  case numbers(ElementType)
  /// Numbers of a type that is not decoded: its name, and bytes of each.
  case coded(String, width: Int)

  /// Bytes of one.
  var width: Int {
    switch self {
    case .numbers(let type): type.bitWidth / 8
    case .coded(_, let width): width
    }
  }

  /// By the class of a storage: `FloatStorage`; also those of numbers without a type.
  static let storages: [String: PyTorchType] = [
    "DoubleStorage": .numbers(.float64), "FloatStorage": .numbers(.float32),
    "HalfStorage": .numbers(.float16), "BFloat16Storage": .numbers(.bfloat16),
    "LongStorage": .numbers(.int64), "IntStorage": .numbers(.int32),
    "ShortStorage": .numbers(.int16), "CharStorage": .numbers(.int8),
    "ByteStorage": .numbers(.uint8), "BoolStorage": .numbers(.bool),
    "ComplexFloatStorage": .numbers(.complex64),
    "ComplexDoubleStorage": .coded("complex128", width: 16),
    "QInt8Storage": .coded("qint8", width: 1), "QUInt8Storage": .coded("quint8", width: 1),
    "QInt32Storage": .coded("qint32", width: 4), "QUInt4x2Storage": .coded("quint4x2", width: 1),
    "QUInt2x4Storage": .coded("quint2x4", width: 1),
    "UntypedStorage": .numbers(.uint8), "_UntypedStorage": .numbers(.uint8),
  ]

  /// By a dtype: `float32`, which is `float` too.
  static func named(_ dtype: String) -> PyTorchType? {
    if let number = numbers[dtype] { return .numbers(number) }
    return codes[dtype].map { .coded(dtype, width: $0) }
  }

  private static let numbers: [String: ElementType] = [
    "float64": .float64, "double": .float64, "float32": .float32, "float": .float32,
    "float16": .float16, "half": .float16, "bfloat16": .bfloat16, "int64": .int64, "long": .int64,
    "int32": .int32, "int": .int32, "int16": .int16, "short": .int16, "int8": .int8,
    "uint8": .uint8, "uint16": .uint16, "uint32": .uint32, "uint64": .uint64, "bool": .bool,
    "complex64": .complex64, "cfloat": .complex64, "float8_e4m3fn": .float8E4M3,
    "float8_e5m2": .float8E5M2, "float8_e8m0fnu": .float8E8M0,
  ]

  /// Bytes of types that are not decoded: other biases, several numbers to a byte, affine codes.
  private static let codes: [String: Int] = [
    "complex128": 16, "cdouble": 16, "complex32": 4, "chalf": 4, "float8_e4m3fnuz": 1,
    "float8_e5m2fnuz": 1, "float4_e2m1fn_x2": 1, "qint8": 1, "quint8": 1, "qint32": 4,
    "quint4x2": 1, "quint2x4": 1, "uint1": 1, "uint2": 1, "uint3": 1, "uint4": 1, "uint5": 1,
    "uint6": 1, "uint7": 1, "int1": 1, "int2": 1, "int3": 1, "int4": 1, "int5": 1, "int6": 1,
    "int7": 1, "bits8": 1, "bits16": 2, "bits1x8": 1, "bits2x4": 1, "bits4x2": 1,
  ]
}
