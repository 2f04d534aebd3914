/// Reads the vocabulary that a GGUF header holds.
enum GGUFVocabulary {
  private static let tokens = "tokenizer.ggml.tokens"
  private static let types = "tokenizer.ggml.token_type"

  /// Arrays with a member for each token.
  static let keys: Set<String> = [tokens, types]

  /// Types that tokens have, as SentencePiece has them.
  private enum TokenType: Int64 {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// - Returns: nil where there is none.
  static func read(
    _ values: [String: GGUFValue], of source: any ByteSource, limits: LoadLimits
  ) throws(LoadError) -> Vocabulary? {
    guard let texts = values[tokens]?.strings, !texts.isEmpty else { return nil }
    let types = values[types]?.integers ?? []
    let model = values["tokenizer.ggml.model"]?.string
    var list = TokenList(limits: limits)
    for (id, text) in texts.enumerated() {
      let type = id < types.count ? TokenType(rawValue: types[id]) : nil
      switch type {
      case .unknown, .control, .unused: try list.markSpecial(id)
      // SentencePiece spells them as it spells the others.
      case .userDefined where model != "llama": try list.appendAdded(id, text)
      case .normal, .userDefined, .byte, nil:
        if type == nil, SpecialTokens.isSpecial(text) { try list.markSpecial(id) }
        try list.append(id, text)
      }
    }
    return list.vocabulary(spelling(model, list), source: source.path)
  }

  private static func spelling(_ model: String?, _ list: TokenList) -> TokenSpelling {
    switch model {
    case "gpt2": TokenSpelling(.byteLetters)
    // Of BERT's vocabulary, converters mark what begins a word, not what continues one.
    case "llama", "t5", "bert": TokenSpelling(.sentencePiece)
    default: VocabularyJSON.spelling(of: list)
    }
  }
}
