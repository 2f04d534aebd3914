/// The fields of one protocol buffer message, in order.
///
/// Nested messages come as bytes, whose indices are offsets from the start of the outermost one.
struct ProtobufFields {
  struct Field {
    var number: UInt64
    var value: Value
  }

  enum Value {
    case varint(UInt64)
    case bytes(Slice<UnsafeRawBufferPointer>)
    /// The bits of a number of 4 or 8 bytes.
    case fixed(UInt64)
  }

  private var rest: Slice<UnsafeRawBufferPointer>
  private let file: String
  private let code: LoadError.Code

  /// - Parameter code: of the errors of what is malformed.
  init(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String,
    code: LoadError.Code = .metadataMalformed
  ) {
    rest = bytes
    self.file = file
    self.code = code
  }

  /// Offset of what comes next.
  var position: Int { rest.startIndex }

  /// The next field, or nil at the end.
  mutating func next() throws(LoadError) -> Field? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    let number = tag >> 3
    guard number > 0 else { throw malformed("has a field with the number 0") }
    switch tag & 7 {
    case 0: return Field(number: number, value: .varint(try varint()))
    case 1:
      return Field(number: number, value: .fixed(Self.bits(try take(8))))
    case 2:
      let length = try varint()
      return Field(number: number, value: .bytes(try take(length)))
    case 5:
      return Field(number: number, value: .fixed(Self.bits(try take(4))))
    default: throw malformed("has a field of an unknown wire type")
    }
  }

  /// The numbers of a field of numbers that lie packed.
  static func varints(
    _ bytes: Slice<UnsafeRawBufferPointer>, file: String, code: LoadError.Code
  ) throws(LoadError) -> [UInt64] {
    var fields = ProtobufFields(bytes, file: file, code: code)
    var numbers: [UInt64] = []
    while !fields.rest.isEmpty { numbers.append(try fields.varint()) }
    return numbers
  }

  private static func bits(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func varint() throws(LoadError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw malformed("is cut off") }
      let bits = UInt64(byte & 0x7F)
      guard shift < 63 || bits <= 1 else { break }
      value |= bits << shift
      if byte < 0x80 { return value }
    }
    throw malformed("has a number of more than 64 bits")
  }

  private mutating func take(_ count: UInt64) throws(LoadError) -> Slice<UnsafeRawBufferPointer> {
    guard count <= UInt64(rest.count) else { throw malformed("is cut off") }
    let taken = rest.prefix(Int(count))
    rest = rest.dropFirst(Int(count))
    return taken
  }

  private func malformed(_ message: String) -> LoadError {
    LoadError(
      code, "the protocol buffer " + message, file: file, offset: UInt64(rest.startIndex))
  }
}
