import ArgumentParser

/// Names of models and references, as they are typed.
enum InputPath {
  /// - Throws: for what names no file: `-`, by which other tools mean standard input, and nothing
  ///   at all, which an unset variable of a shell leaves.
  static func validate(_ paths: [String]) throws {
    if paths.contains("-") {
      throw ValidationError(
        "weights are read from files; '-' is none. Save what the pipe brings to a file and name "
          + "that (a file that is called '-' is './-').")
    }
    if paths.contains("") {
      throw ValidationError("weights are read from files; '' names none.")
    }
  }
}
