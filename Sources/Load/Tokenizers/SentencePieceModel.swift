/// Reads the pieces of a SentencePiece model (`tokenizer.model`), a protocol buffer:
///
///     message ModelProto { repeated SentencePiece pieces = 1; … }
///     message SentencePiece { string piece = 1; float score = 2; Type type = 3; }
enum SentencePieceModel {
  static func read(path: String, limits: LoadLimits) throws(LoadError) -> Vocabulary {
    let list = try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in
      var list = TokenList(limits: limits)
      var model = ProtobufFields(bytes[...], file: path)
      while let field = try model.next() {
        guard field.number == 1, case .bytes(let piece) = field.value else { continue }
        try append(piece, to: &list, path: path)
      }
      return list
    }
    guard !list.tokens.isEmpty else {
      throw LoadError(.metadataMalformed, "the SentencePiece model has no pieces", file: path)
    }
    return list.vocabulary(TokenSpelling(.sentencePiece), source: path)
  }

  /// The types that stand for text. The others are unknown (2), control (3) and unused (5).
  private static let textTypes: Set<UInt64> = [normal, 4, 6]
  private static let normal: UInt64 = 1

  private static func append(
    _ piece: Slice<UnsafeRawBufferPointer>, to list: inout TokenList, path: String
  ) throws(LoadError) {
    var text: String?
    var type = normal
    var fields = ProtobufFields(piece, file: path)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)): text = String(validating: bytes, as: UTF8.self)
      case (3, .varint(let value)): type = value
      default: continue
      }
    }
    guard let text else {
      throw LoadError(
        .metadataMalformed, "a piece has no text in UTF-8", file: path,
        offset: UInt64(piece.startIndex))
    }
    let id = list.tokens.count
    try list.append(id, text)
    if !textTypes.contains(type) { list.specialIDs.insert(id) }
  }
}

/// The fields of one protocol buffer message, in order. Nested messages come as bytes.
struct ProtobufFields {
  struct Field {
    var number: UInt64
    var value: Value
  }

  enum Value {
    case varint(UInt64)
    case bytes(Slice<UnsafeRawBufferPointer>)
    /// Numbers of 4 or 8 bytes, which no caller needs.
    case fixed
  }

  private var rest: Slice<UnsafeRawBufferPointer>
  private let file: String

  init(_ bytes: Slice<UnsafeRawBufferPointer>, file: String) {
    rest = bytes
    self.file = file
  }

  /// The next field, or nil at the end.
  mutating func next() throws(LoadError) -> Field? {
    guard !rest.isEmpty else { return nil }
    let tag = try varint()
    let number = tag >> 3
    guard number > 0 else { throw malformed("has a field with the number 0") }
    switch tag & 7 {
    case 0: return Field(number: number, value: .varint(try varint()))
    case 1:
      _ = try take(8)
      return Field(number: number, value: .fixed)
    case 2:
      let length = try varint()
      return Field(number: number, value: .bytes(try take(length)))
    case 5:
      _ = try take(4)
      return Field(number: number, value: .fixed)
    default: throw malformed("has a field of an unknown wire type")
    }
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
      .metadataMalformed, "the protocol buffer " + message, file: file,
      offset: UInt64(rest.startIndex))
  }
}
