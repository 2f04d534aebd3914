/// SCM6004: what the corpus says of a reference and what the weights show exclude each other.
///
/// It is about the corpus, never about the subject.
enum CorpusContradictionRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    context.parents.compactMap { parent in
      guard parent.direction.because == .weights,
        let asserted = context.assertions.direction(
          parent.reference, subject: context.declarations),
        asserted.value != .commonAncestor, asserted.value != parent.direction.value
      else { return nil }
      return context.finding(
        .corpusContradiction(
          reference: parent.reference, asserted: asserted, shown: parent.direction), .warning)
    }
  }
}
