/// Shell completions as the parser's library makes them, and what it leaves out: that options and files of
/// `check`, which stands for no command, may come first.
enum CompletionScript {
  /// - Returns: the text itself, if it is no such script.
  static func offeringDefaultCommand(_ text: String) -> String {
    if text.hasPrefix("#!/bin/bash") { return bash(text) ?? text }
    if text.hasPrefix("#compdef") { return zsh(text) ?? text }
    return text.contains("\ncomplete -c 'shellcheck-model'") ? fish(text) ?? text : text
  }

  private static func bash(_ text: String) -> String? {
    let comment = "        # Offer subcommand completions\n"
    guard let start = text.firstRange(of: comment),
      let end = text[start.upperBound...].firstRange(of: "        ;;\n")
    else { return nil }
    let addition = """
              # Options and files of `check`, which stands for no command
              unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")
              _shellcheck-model_check

      """
    return text[..<end.lowerBound] + addition + text[end.lowerBound...]
  }

  /// The names of the commands stand in the function that calls theirs.
  private static func zsh(_ text: String) -> String? {
    guard let start = text.firstRange(of: "    local context state state_descr line\n"),
      let names = text[start.upperBound...].firstMatch(of: /\n +([a-z-]+(?:\|[a-z-]+)+)\)\n/)?.1
    else { return nil }
    let addition = """
          # Options and files of `check`, which stands for no command
          if [[ "${words[2]}" == -* || CURRENT -gt 2 && "${words[2]}" != (\(names)) ]]; then
              _shellcheck-model_check
              return
          fi

      """
    let commands = "        _describe -V subcommand subcommands && ret=0\n"
    return (text[..<start.lowerBound] + addition + text[start.lowerBound...])
      .replacing(commands, with: commands + "        _files && ret=0\n", maxReplacements: 1)
  }

  private static func fish(_ text: String) -> String? {
    let parser = "__shellcheck-model_parse_subcommand "
    guard let place = text.firstRange(of: "case 'shellcheck-model'\n"),
      let root = text[place.upperBound...].firstMatch(
        of: /__shellcheck-model_parse_subcommand 0 (.*)\n/),
      let check = text[root.range.upperBound...].firstMatch(
        of: /case 'check'\n +__shellcheck-model_parse_subcommand -r 1 (.*)\n/)
    else { return nil }
    let options = text.split(separator: "\n").filter {
      $0.contains(#" "shellcheck-model check""#) && !$0.contains("-l 'version'")
        && !$0.contains("-l 'help'")
    }.map { $0.replacing(#" "shellcheck-model check""#, with: #" "shellcheck-model""#) }
    return text[..<root.range.lowerBound] + parser + "0 \(check.1)\n"
      + text[root.range.upperBound...]
      + "\n# Options and files of `check`, which stands for no command\n"
      + options.joined(separator: "\n")
  }
}
