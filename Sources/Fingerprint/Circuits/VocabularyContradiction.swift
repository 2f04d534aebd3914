/// What a tokenizer beside the weights says of tokens that the weights tell otherwise.
package struct VocabularyContradiction: Sendable, Equatable, Codable {
  /// The file that the vocabulary was read from.
  package var file: String
  /// Anchor tokens that both the file and the weights give an id, and those of them with the same one.
  package var tokens: Int
  package var agreeing: Int
  /// The reference by whose embedding the tokens were told; nil where they have the ids of references with as
  /// many tokens.
  package var reference: String?

  /// Whether most of the tokens are others: a few that were exchanged contradict nothing.
  package var isOfMost: Bool { 2 * agreeing < tokens }

  /// Whether no fingerprint has it.
  var isImpossible: Bool {
    !(0...AnchorList.limit).contains(tokens) || !(0...tokens).contains(agreeing)
  }

  /// - Parameters:
  ///   - own: ids of anchor tokens by the vocabulary.
  ///   - shown: their ids by the weights.
  package init(
    file: String, own: [Int: Int], shown: [Int: Int], reference: String?
  ) {
    let common = own.filter { shown[$0.key] != nil }
    (self.file, self.reference) = (file, reference)
    tokens = common.count
    agreeing = common.count { shown[$0.key] == $0.value }
  }
}
