/// Reads the pieces of a SentencePiece model (`tokenizer.model`).
///
/// It is a protocol buffer:
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

  /// The types that stand for text.
  ///
  /// The others are unknown (2), control (3) and unused (5).
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
    if !textTypes.contains(type) { try list.markSpecial(id) }
    try list.append(id, text)
  }
}
