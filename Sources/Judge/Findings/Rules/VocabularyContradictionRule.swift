import Fingerprint

/// SCM5005: by the tokens of the tokenizer beside the weights nothing was found, by others descent was.
enum VocabularyContradictionRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    guard !context.parents.isEmpty, let contradiction = context.subject.frame?.contradiction,
      contradiction.isOfMost
    else { return [] }
    let fact = Fact.Vocabulary(
      file: contradiction.file, tokens: contradiction.tokens, agreeing: contradiction.agreeing,
      reference: contradiction.reference)
    return [context.finding(.vocabularyContradictsWeights(fact), .warning)]
  }
}
