import CHDF5
import Glibc

/// A string attribute of an HDF5 object, of fixed or variable length, one or a list.
enum HDF5AttributeStrings {
  case one(String)
  case list([String])

  /// The attribute's name and value; nil unless it is of strings.
  ///
  /// - Parameters:
  ///   - index: by increasing name.
  ///   - object: a group.
  ///   - budget: bytes that may still be read, reduced by what was.
  /// - Returns: nil also for what cannot be read or exceeds the budget.
  static func read(
    at index: UInt32, of object: hid_t, budget: inout Int
  ) -> (name: String, value: HDF5AttributeStrings)? {
    guard
      let attribute = HDF5Handle(chdf5_open_attribute(object, index)),
      let type = HDF5Handle(H5Aget_type(attribute.id)),
      let space = HDF5Handle(H5Aget_space(attribute.id)),
      let name = name(of: attribute.id)
    else { return nil }
    let isScalar = H5Sget_simple_extent_type(space.id) == H5S_SCALAR
    let count = H5Sget_simple_extent_npoints(space.id)
    guard count == 0 || H5Tget_class(type.id) == H5T_STRING else { return nil }
    // Keras writes an empty list as an empty array of floats.
    if count == 0 { return (name, .list([])) }
    guard let count = Int(exactly: count), count > 0, count <= budget else { return nil }
    let strings =
      H5Tis_variable_str(type.id) > 0
      ? variable(attribute.id, type.id, space.id, count: count)
      : fixed(attribute.id, type.id, count: count, budget: budget)
    guard let strings else { return nil }
    let byteCount = strings.reduce(0) { $0 + $1.utf8.count } + count
    guard byteCount <= budget else { return nil }
    budget -= byteCount
    return (name, isScalar ? .one(strings[0]) : .list(strings))
  }

  private static func name(of attribute: hid_t) -> String? {
    var bytes = [CChar](repeating: 0, count: 1024)
    let length = H5Aget_name(attribute, bytes.count, &bytes)
    guard length >= 0, length < bytes.count else { return nil }
    return bytes.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) }
  }

  private static func fixed(
    _ attribute: hid_t, _ type: hid_t, count: Int, budget: Int
  ) -> [String]? {
    let size = H5Tget_size(type)
    let (total, overflow) = size.multipliedReportingOverflow(by: count)
    guard size > 0, !overflow, total <= budget else { return nil }
    var bytes = [UInt8](repeating: 0, count: total)
    guard chdf5_read_attribute(attribute, type, &bytes) else { return nil }
    let isSpacePadded = H5Tget_strpad(type) == H5T_STR_SPACEPAD
    return (0..<count).map { index in
      var text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
      while isSpacePadded, text.last == UInt8(ascii: " ") { text.removeLast() }
      return String(decoding: text, as: UTF8.self)
    }
  }

  private static func variable(
    _ attribute: hid_t, _ type: hid_t, _ space: hid_t, count: Int
  ) -> [String]? {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    guard chdf5_read_attribute(attribute, type, &pointers) else { return nil }
    defer { H5Dvlen_reclaim(type, space, 0, &pointers) }
    return pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
  }
}
