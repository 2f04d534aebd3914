/// What a dtype says of the numbers of an array: `<f4`.
enum NumPyType: Equatable {
  case numbers(ElementType, isBigEndian: Bool)
  /// Numbers of a type that is not decoded, by its name, and bytes of each.
  case coded(String, width: Int)
  /// Texts and dates: no weights.
  case other
  /// A pickle of Python objects.
  case objects
  /// Records of several numbers each.
  case records

  /// Bytes of one number; nil for what is none.
  var width: Int? {
    switch self {
    case .numbers(let type, _): type.bitWidth / 8
    case .coded(_, let width): width
    case .other, .objects, .records: nil
    }
  }

  /// - Parameter code: nil for the list of a record's fields.
  init(_ code: String?) {
    guard let code else {
      self = .records
      return
    }
    let letters = Array(code)
    let isOrdered = letters.first.map { "<>|=".contains($0) } ?? false
    let kind = String(letters.dropFirst(isOrdered ? 1 : 0))
    if kind.first == "O" {
      self = .objects
    } else if let type = Self.numbers[kind] {
      self = .numbers(type, isBigEndian: letters.first == ">")
    } else if let width = Self.codes[kind] {
      self = .coded("numpy.\(kind)", width: width)
    } else {
      self = .other
    }
  }

  private static let numbers: [String: ElementType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
    "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    "c8": .complex64,
    // NumPy has no bfloat16 and stores that of ml_dtypes as two bytes of no type.
    "V2": .bfloat16, "bfloat16": .bfloat16,
    "float8_e4m3fn": .float8E4M3, "float8_e5m2": .float8E5M2,
  ]

  /// One byte of no type may be any of several floats.
  private static let codes: [String: Int] = ["V1": 1, "f1": 1, "c16": 16, "f16": 16, "c32": 32]
}
