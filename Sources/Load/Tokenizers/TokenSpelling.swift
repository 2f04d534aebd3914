/// How a tokenizer spells the bytes of its tokens.
struct TokenSpelling: Equatable {
  enum Style: Equatable {
    /// The text itself.
    case plain
    /// One letter per byte, GPT-2's table: `Ġthe`.
    case byteLetters
    /// `▁` for a space and `<0x0A>` for a byte: `▁the`.
    case sentencePiece
    /// A prefix marks what continues a word: `##ing`.
    case wordPiece(continuation: String)
  }

  var style: Style
  /// What ends a word, as in `the</w>`. Such tokens get the leading space that marks words in the
  /// other conventions.
  var endOfWord: String?

  init(_ style: Style, endOfWord: String? = nil) {
    self.style = style
    self.endOfWord = endOfWord
  }

  /// A token's bytes in the convention `Vocabulary` documents.
  func bytes(of token: String) -> [UInt8] {
    if let endOfWord, !endOfWord.isEmpty, token.hasSuffix(endOfWord) {
      return [0x20] + Self.bytes(of: String(token.dropLast(endOfWord.count)), style)
    }
    return Self.bytes(of: token, style)
  }

  private static func bytes(of token: String, _ style: Style) -> [UInt8] {
    switch style {
    case .plain: Array(token.utf8)
    case .byteLetters: ByteLetters.bytes(of: token) ?? Array(token.utf8)
    case .sentencePiece: byte(of: token).map { [$0] } ?? spaced(token)
    case .wordPiece(let continuation):
      if !continuation.isEmpty, token.utf8.starts(with: continuation.utf8) {
        Array(token.utf8.dropFirst(continuation.utf8.count))
      } else {
        [0x20] + Array(token.utf8)
      }
    }
  }

  /// The byte of a token `<0x0A>`.
  private static func byte(of token: String) -> UInt8? {
    let text = Array(token.utf8)
    guard text.count == 6, text.starts(with: "<0x".utf8), text[5] == UInt8(ascii: ">"),
      let high = ASCII.hexadecimalValue(of: text[3]), let low = ASCII.hexadecimalValue(of: text[4])
    else { return nil }
    return high << 4 | low
  }

  /// The text with `▁` (U+2581, E2 96 81) as a space.
  private static func spaced(_ token: String) -> [UInt8] {
    let text = Array(token.utf8)
    guard text.contains(0xE2) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index...].starts(with: [0xE2, 0x96, 0x81]) {
        result.append(0x20)
        index += 3
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
