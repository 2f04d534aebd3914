/// Shell completions as the parser's library makes them, and what it leaves out.
enum CompletionScript {
  /// For bash the library offers nothing but commands in the first place; the default command's options
  /// may stand there too.
  ///
  /// - Returns: the text itself, if it is no such script.
  static func offeringDefaultCommand(_ text: String) -> String {
    let comment = "        # Offer subcommand completions\n"
    guard text.hasPrefix("#!/bin/bash"), let start = text.firstRange(of: comment),
      let end = text[start.upperBound...].firstRange(of: "        ;;\n")
    else { return text }
    let addition = """
              # Options and files of `check`, which stands for no command
              unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
              _shellcheck-model_check

      """
    return text[..<end.lowerBound] + addition + text[end.lowerBound...]
  }
}
