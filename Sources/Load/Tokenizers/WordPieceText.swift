/// Reads `vocab.txt`, BERT's: a token per line, numbered from 0.
enum WordPieceText {
  static func read(path: String, limits: LoadLimits) throws(LoadError) -> Vocabulary {
    let list = try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in
      var list = TokenList(limits: limits)
      for line in TextLines(bytes) {
        guard let text = String(validating: line.bytes, as: UTF8.self) else {
          throw LoadError(
            .metadataMalformed, "line \(line.number + 1) is not UTF-8", file: path,
            offset: UInt64(line.bytes.startIndex))
        }
        try list.append(line.number, text)
        if SpecialTokens.isSpecial(text) { list.specialIDs.insert(line.number) }
      }
      return list
    }
    return list.vocabulary(TokenSpelling(.wordPiece(continuation: "##")), source: path)
  }
}
