/// Reads `vocab.txt`, BERT's: a token per line, numbered from 0.
enum WordPieceText {
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> Vocabulary {
    let list = try VocabularyReader.withText(of: path, limits, notes: &notes) {
      (bytes, _) throws(LoadError) in
      var list = TokenList(limits: limits)
      for line in TextLines(bytes) {
        guard let text = String(validating: line.bytes, as: UTF8.self) else {
          throw LoadError(
            .metadataMalformed, "line \(line.number + 1) is not UTF-8", file: path,
            offset: UInt64(line.bytes.startIndex))
        }
        if SpecialTokens.isSpecial(text) { try list.markSpecial(line.number) }
        try list.append(line.number, text)
      }
      return list
    }
    return list.vocabulary(TokenSpelling(.wordPiece(continuation: "##")), source: path)
  }
}
