/// Names of models, as they are typed.
enum ModelName {
  /// Whether a text may be the id of a model: one or two names that could be those of files.
  static func isValid(_ text: String) -> Bool {
    let steps = text.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(steps.count)
      && steps.allSatisfy { step in
        !step.isEmpty && step.utf8.count <= 96 && !step.hasPrefix(".")
          && step.allSatisfy {
            $0 != "\\" && !$0.isWhitespace && $0.unicodeScalars.allSatisfy { $0.value >= 0x20 }
          }
      }
  }
}
