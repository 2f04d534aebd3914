/// The tokens of a tokenizer file as it spells them, before they are put in one convention.
struct TokenList {
  struct Token {
    var id: Int
    var text: String
  }

  private(set) var tokens: [Token] = []
  /// Tokens added after training, spelt as the text they are.
  private(set) var added: [Token] = []
  /// Ids that stand for no text: beginning, end, padding, unknown.
  private(set) var specialIDs: Set<Int> = []

  private let limit: Int

  init(limits: LoadLimits) { limit = limits.vocabularySize }

  /// Adds a token of the vocabulary.
  mutating func append(_ id: Int, _ text: String) throws(LoadError) {
    try check(id, tokens.count)
    tokens.append(Token(id: id, text: text))
  }

  /// Adds a token that was added after training.
  mutating func appendAdded(_ id: Int, _ text: String) throws(LoadError) {
    try check(id, added.count)
    added.append(Token(id: id, text: text))
  }

  /// Notes that a token stands for no text.
  mutating func markSpecial(_ id: Int) throws(LoadError) {
    try check(id, specialIDs.count)
    specialIDs.insert(id)
  }

  /// Makes sure that the id is one, and that there is room beside `count` others.
  private func check(_ id: Int, _ count: Int) throws(LoadError) {
    guard count < limit else {
      throw LoadError(.limitExceeded, "the vocabulary has more than \(limit) tokens")
    }
    guard (0..<Int(Int32.max)).contains(id) else {
      throw LoadError(.metadataMalformed, "the vocabulary has a token with the id \(id)")
    }
  }

  /// The vocabulary in the convention `Vocabulary` documents.
  ///
  /// Where two tokens are the same text, the lower id has it. Only byte tokens come after all
  /// others: they stand in for what has no token of its own, so where there is one, text never
  /// contains the byte token and nothing was learnt for it.
  func vocabulary(_ spelling: TokenSpelling, source: String) -> Vocabulary {
    var result: [Int: [UInt8]] = [:]
    result.reserveCapacity(tokens.count)
    var seen = ByteStringSet()
    func take(_ id: Int, _ text: [UInt8]) {
      guard result[id] == nil, !specialIDs.contains(id), !text.isEmpty else { return }
      if seen.insert(text) { result[id] = text }
    }
    let sorted = tokens.sorted { $0.id < $1.id }
    for token in sorted where !spelling.isByteToken(token.text) {
      take(token.id, spelling.bytes(of: token.text))
    }
    for token in sorted where spelling.isByteToken(token.text) {
      take(token.id, spelling.bytes(of: token.text))
    }
    let taken = Set(tokens.map(\.id))
    for token in added.sorted(by: { $0.id < $1.id }) where !taken.contains(token.id) {
      take(token.id, Array(token.text.utf8))
    }
    return Vocabulary(tokens: result, source: source)
  }
}
