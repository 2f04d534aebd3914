import CHDF5

extension HDF5Index.NumberType {
  /// What the parser makes of a datatype.
  enum Recognition {
    case number(HDF5Index.NumberType)
    /// Text, references and the like: not weights in any reading.
    case notNumbers
    /// Numbers in a form that cannot be read.
    case unreadable(String)
  }

  /// Recognises a datatype by its fields, whatever committed or custom type they came from.
  static func recognise(_ type: hid_t) -> Recognition {
    let isBigEndian: Bool
    let kind = H5Tget_class(type)
    switch kind {
    case H5T_INTEGER, H5T_FLOAT:
      let size = H5Tget_size(type)
      let order = H5Tget_order(type)
      guard size == 1 || order == H5T_ORDER_LE || order == H5T_ORDER_BE else {
        return .unreadable("the numbers are neither little- nor big-endian")
      }
      isBigEndian = size > 1 && order == H5T_ORDER_BE
      guard H5Tget_precision(type) == size * 8, H5Tget_offset(type) == 0 else {
        return .unreadable("the numbers are padded inside their bytes")
      }
    case H5T_ENUM:
      return recogniseEnumeration(type)
    case H5T_COMPOUND:
      return .unreadable("records (compound types) are not supported")
    case H5T_ARRAY:
      return .unreadable("arrays as elements are not supported")
    default:
      return .notNumbers
    }
    let element = kind == H5T_INTEGER ? integer(type) : float(type)
    guard let element else { return .unreadable("the number format is not a known one") }
    return .number(.init(elementType: element, isBigEndian: isBigEndian))
  }

  private static func integer(_ type: hid_t) -> ElementType? {
    let isSigned = H5Tget_sign(type) == H5T_SGN_2
    switch H5Tget_size(type) {
    case 1: return isSigned ? .int8 : .uint8
    case 2: return isSigned ? .int16 : .uint16
    case 4: return isSigned ? .int32 : .uint32
    case 8: return isSigned ? .int64 : .uint64
    default: return nil
    }
  }

  private static func float(_ type: hid_t) -> ElementType? {
    var sign = 0
    var exponentAt = 0
    var exponentBits = 0
    var mantissaAt = 0
    var mantissaBits = 0
    guard
      H5Tget_fields(type, &sign, &exponentAt, &exponentBits, &mantissaAt, &mantissaBits) >= 0,
      mantissaAt == 0, exponentAt == mantissaBits, sign == exponentAt + exponentBits,
      sign + 1 == H5Tget_size(type) * 8
    else { return nil }
    switch (exponentBits, mantissaBits, H5Tget_ebias(type)) {
    case (5, 10, 15): return .float16
    case (8, 7, 127): return .bfloat16
    case (8, 23, 127): return .float32
    case (11, 52, 1023): return .float64
    case (4, 3, 7): return .float8E4M3
    case (5, 2, 15): return .float8E5M2
    default: return nil
    }
  }

  /// h5py stores booleans as an enumeration of FALSE and TRUE over a byte.
  private static func recogniseEnumeration(_ type: hid_t) -> Recognition {
    guard let base = HDF5Handle(H5Tget_super(type)), H5Tget_class(base.id) == H5T_INTEGER else {
      return .unreadable("the enumeration has no base type")
    }
    let recognised = recognise(base.id)
    guard case .number(let number) = recognised, number.elementType.bitWidth == 8,
      H5Tget_nmembers(type) == 2, memberName(0, of: type) == "FALSE",
      memberName(1, of: type) == "TRUE"
    else { return recognised }
    return .number(.init(elementType: .bool, isBigEndian: false))
  }

  private static func memberName(_ index: UInt32, of type: hid_t) -> String? {
    guard let text = H5Tget_member_name(type, index) else { return nil }
    defer { H5free_memory(text) }
    return String(cString: text)
  }
}
