/// The tokens of a tokenizer file as it spells them, before they are put in one convention.
struct TokenList {
  struct Token {
    var id: Int
    var text: String
  }

  private(set) var tokens: [Token] = []
  /// Ids that stand for no text: beginning, end, padding, unknown.
  var specialIDs: Set<Int> = []
  /// Tokens added after training, spelt as the text they are.
  var added: [Token] = []

  private let limit: Int

  init(limits: LoadLimits) { limit = limits.vocabularySize }

  mutating func append(_ id: Int, _ text: String) throws(LoadError) {
    guard tokens.count < limit else {
      throw LoadError(.limitExceeded, "the vocabulary has more than \(limit) tokens")
    }
    guard (0..<Int(Int32.max)).contains(id) else {
      throw LoadError(.metadataMalformed, "the vocabulary has a token with the id \(id)")
    }
    tokens.append(Token(id: id, text: text))
  }

  /// The vocabulary in the convention `Vocabulary` documents. Where two tokens are the same text,
  /// the lower id has it.
  func vocabulary(_ spelling: TokenSpelling, source: String) -> Vocabulary {
    var result: [Int: [UInt8]] = [:]
    result.reserveCapacity(tokens.count)
    var seen = ByteStringSet()
    for token in tokens.sorted(by: { $0.id < $1.id })
    where result[token.id] == nil && !specialIDs.contains(token.id) {
      let text = spelling.bytes(of: token.text)
      if !text.isEmpty, seen.insert(text) { result[token.id] = text }
    }
    let taken = Set(tokens.map(\.id))
    for token in added.sorted(by: { $0.id < $1.id })
    where !taken.contains(token.id) && result[token.id] == nil
      && !specialIDs.contains(token.id) {
      let text = Array(token.text.utf8)
      if !text.isEmpty, seen.insert(text) { result[token.id] = text }
    }
    return Vocabulary(tokens: result, source: source)
  }
}
