/// Reads `tokenizer.json` of the Hugging Face tokenizers library: BPE, Unigram, WordPiece and
/// WordLevel.
///
/// Only what names the tokens is read; merges, which are most of the file, are skipped.
enum TokenizerJSON {
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> Vocabulary {
    let parser = try VocabularyReader.withText(of: path, limits, notes: &notes) {
      (bytes, offset) throws(LoadError) in
      var cursor = JSONCursor(
        bytes, source: JSONSource(file: path, baseOffset: offset), limits: limits)
      var parser = Parser(limits: limits)
      try parser.parse(&cursor)
      try cursor.end()
      return parser
    }
    guard !parser.list.tokens.isEmpty else {
      throw LoadError(.metadataMalformed, "the tokenizer has no model with a vocab", file: path)
    }
    return parser.list.vocabulary(parser.spelling, source: path)
  }

  private struct Parser {
    var list: TokenList
    private var modelType: String?
    /// The `type`s of the normalizer, pre-tokenizer and decoder, parts of sequences included.
    private var componentTypes: Set<String> = []
    private var usesSpaceMark = false
    private var hasByteFallback = false
    private var isUnigram = false
    private var continuation: String?
    private var endOfWord: String?

    init(limits: LoadLimits) { list = TokenList(limits: limits) }

    var spelling: TokenSpelling {
      if modelType == "WordPiece" || componentTypes.contains("WordPiece") {
        return TokenSpelling(.wordPiece(continuation: continuation ?? "##"))
      }
      if componentTypes.contains("ByteLevel") {
        return TokenSpelling(.byteLetters, endOfWord: endOfWord)
      }
      if componentTypes.contains("Metaspace") || usesSpaceMark || hasByteFallback || isUnigram {
        return TokenSpelling(.sentencePiece)
      }
      return TokenSpelling(.plain, endOfWord: endOfWord)
    }

    mutating func parse(_ cursor: inout JSONCursor) throws(LoadError) {
      var parser = self
      try cursor.members { (key, cursor) throws(LoadError) in
        switch key {
        case "model": try parser.parseModel(&cursor)
        case "added_tokens": try parser.parseAddedTokens(&cursor)
        case "normalizer", "pre_tokenizer", "decoder":
          parser.note(try cursor.value())
        default: break
        }
      }
      self = parser
    }

    private mutating func parseModel(_ cursor: inout JSONCursor) throws(LoadError) {
      var parser = self
      try cursor.members { (key, cursor) throws(LoadError) in
        switch key {
        case "type": parser.modelType = try cursor.string()
        case "vocab": try parser.parseVocabulary(&cursor)
        case "byte_fallback": parser.hasByteFallback = try cursor.value().bool ?? false
        case "continuing_subword_prefix": parser.continuation = try cursor.value().string
        case "end_of_word_suffix": parser.endOfWord = try cursor.value().string
        default: break
        }
      }
      self = parser
    }

    /// An object from text to id or, of a Unigram model, an array of text and score.
    private mutating func parseVocabulary(_ cursor: inout JSONCursor) throws(LoadError) {
      var list = list
      if try cursor.kind() == .array {
        isUnigram = true
        try cursor.elements { (cursor) throws(LoadError) in
          var text: String?
          try cursor.elements { (cursor) throws(LoadError) in
            if text == nil { text = try cursor.string() }
          }
          guard let text else { throw cursor.malformed("has a token without text") }
          try list.append(list.tokens.count, text)
        }
      } else {
        try TokenizerJSON.readIDs(&cursor, into: &list)
      }
      self.list = list
    }

    private mutating func parseAddedTokens(_ cursor: inout JSONCursor) throws(LoadError) {
      var list = list
      try cursor.elements { (cursor) throws(LoadError) in
        let token = try cursor.value()
        guard let id = token["id"]?.integer, let text = token["content"]?.string else {
          throw cursor.malformed("has an added token without id or content")
        }
        if token["special"]?.bool == true {
          try list.markSpecial(id)
        } else {
          try list.appendAdded(id, text)
        }
      }
      self.list = list
    }

    /// Takes the types of a component and of what it is made of.
    private mutating func note(_ component: JSONValue) {
      if let type = component["type"]?.string { componentTypes.insert(type) }
      if component["pattern"]?["String"]?.string == "▁" || component["content"]?.string == "▁" {
        usesSpaceMark = true
      }
      for list in ["normalizers", "pretokenizers", "decoders"] {
        for part in component[list]?.array ?? [] { note(part) }
      }
    }
  }

  /// Reads an object from text to id.
  static func readIDs(_ cursor: inout JSONCursor, into list: inout TokenList) throws(LoadError) {
    var result = list
    try cursor.members { (text, cursor) throws(LoadError) in
      try result.append(try cursor.integer(), text)
    }
    list = result
  }
}
