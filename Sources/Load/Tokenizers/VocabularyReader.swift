/// Finds and reads the vocabulary in a model's folder.
enum VocabularyReader {
  /// The vocabulary from the first file that can be read; those that could not are in `problems`.
  static func read(
    folder: String, names: [String], limits: LoadLimits, problems: inout [LoadError]
  ) -> Vocabulary? {
    let tokenizer = tokenizer(in: folder, names: names, limits: limits, problems: &problems)
    for (name, read) in sources(names, tokenizer: tokenizer) {
      let path = PathName.join(folder, name)
      do throws(LoadError) {
        let vocabulary = try read(path, limits, &problems)
        guard vocabulary.tokens.isEmpty else { return vocabulary }
        throw LoadError(.metadataMalformed, "the vocabulary has no text tokens", file: path)
      } catch {
        var error = error
        error.file = error.file ?? path
        problems.append(error)
      }
    }
    return nil
  }

  private typealias Read = (String, LoadLimits, inout [LoadError]) throws(LoadError) -> Vocabulary

  /// The name of the file that loaders read as tokenizer.json.
  private static func tokenizer(
    in folder: String, names: [String], limits: LoadLimits, problems: inout [LoadError]
  ) -> String {
    let configuration = VersionedTokenizers.configuration
    guard names.contains(where: VersionedTokenizers.isVariant), names.contains(configuration)
    else { return VersionedTokenizers.usual }
    let path = PathName.join(folder, configuration)
    do throws(LoadError) {
      let value = try ConfigurationReader.read(path: path, limits: limits, notes: &problems)
      let listed = value["fast_tokenizer_files"]?.array?.compactMap(\.string) ?? []
      return VersionedTokenizers.choice(among: listed, of: names)
    } catch {
      var error = error
      error.file = error.file ?? path
      problems.append(error)
      return VersionedTokenizers.usual
    }
  }

  /// The files there are, the most telling first.
  private static func sources(_ names: [String], tokenizer: String) -> [(String, Read)] {
    var sources: [(String, Read)] = [
      (tokenizer, TokenizerJSON.read),
      ("tokenizer.model", readModel),
      ("vocab.json", VocabularyJSON.read),
      ("vocab.txt", WordPieceText.read),
    ].filter { names.contains($0.0) }
    for name in names where name.hasSuffix(".tiktoken") {
      sources.append((name, TiktokenText.read))
    }
    return sources
  }

  /// `tokenizer.model` is a SentencePiece model or, as Llama 3 has it, a tiktoken file.
  private static func readModel(
    _ path: String, _ limits: LoadLimits, _ notes: inout [LoadError]
  ) throws(LoadError) -> Vocabulary {
    // A SentencePiece model starts with its first piece: field 1, of bytes.
    let first = try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in bytes.first
    }
    return try first == 0x0A
      ? SentencePieceModel.read(path: path, limits: limits)
      : TiktokenText.read(path: path, limits: limits, notes: &notes)
  }

  /// Calls `body` with the text of a vocabulary and the offset at which it begins.
  static func withText<Result>(
    of path: String, _ limits: LoadLimits, notes: inout [LoadError],
    _ body: (UnsafeRawBufferPointer, UInt64) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in
      try MetadataText.withUTF8(bytes, file: path, notes: &notes, body)
    }
  }
}
