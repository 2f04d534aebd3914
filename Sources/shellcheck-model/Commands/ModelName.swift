/// Names of models, as they are typed.
enum ModelName {
  /// Whether a text may be the id of a model: one or two names that could be those of files.
  static func isValid(_ text: String) -> Bool {
    // By scalars: beside a combining mark a slash is another character, and a slash to the system.
    let steps = text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(steps.count)
      && steps.allSatisfy { step in
        !step.isEmpty && step.reduce(0) { $0 + UTF8.width($1) } <= 96 && step.first != "."
          && step.allSatisfy {
            $0 != "\\" && !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F
          }
      }
  }
}
