/// Reads `vocab.json`, an object from text to id.
///
/// It does not say how tokens are spelt; that shows in the tokens.
enum VocabularyJSON {
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> Vocabulary {
    let list = try VocabularyReader.withText(of: path, limits, notes: &notes) {
      (bytes, offset) throws(LoadError) in
      var cursor = JSONCursor(
        bytes, source: JSONSource(file: path, baseOffset: offset), limits: limits)
      var list = TokenList(limits: limits)
      try TokenizerJSON.readIDs(&cursor, into: &list)
      try cursor.end()
      for token in list.tokens where SpecialTokens.isSpecial(token.text) {
        try list.markSpecial(token.id)
      }
      return list
    }
    guard !list.tokens.isEmpty else {
      throw LoadError(.metadataMalformed, "the vocabulary is empty", file: path)
    }
    return list.vocabulary(spelling(of: list), source: path)
  }

  /// A byte-level vocabulary has a letter for the space and none with a space in it.
  static func spelling(of list: TokenList) -> TokenSpelling {
    var hasSpaceLetter = false
    var hasSpaceMark = false
    var hasContinuation = false
    var hasEndOfWord = false
    for token in list.tokens {
      switch token.text.unicodeScalars.first {
      case "Ġ": hasSpaceLetter = true
      case "▁": hasSpaceMark = true
      case "#":
        hasContinuation =
          hasContinuation
          || token.text.utf8.count > 2
            && token.text.utf8.starts(with: "##".utf8)
      default: hasEndOfWord = hasEndOfWord || token.text.hasSuffix("</w>")
      }
    }
    let endOfWord = hasEndOfWord ? "</w>" : nil
    if hasSpaceLetter { return TokenSpelling(.byteLetters, endOfWord: endOfWord) }
    if hasSpaceMark { return TokenSpelling(.sentencePiece) }
    // Byte-level vocabularies hold tokens such as `###` too, so this is asked last.
    if hasContinuation { return TokenSpelling(.wordPiece(continuation: "##")) }
    return TokenSpelling(.plain, endOfWord: endOfWord)
  }
}
