import TestSupport
import Testing

/// What a shell offers.
@Suite struct CompletionTests {
  /// What bash offers for the last of some words.
  private func offered(_ words: String...) async throws -> [Substring] {
    let script = try await ToolProcess.run("--generate-completion-script", "bash")
    let folder = try TemporaryFolder()
    try folder.write("completion.bash", text: script.output)
    let run = try await ToolProcess.runShell(
      """
      exec bash -c 'source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _shellcheck-model shellcheck-model "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf "%s\\n" "${COMPREPLY[@]}"' bash "$@"
      """,
      arguments: [folder.path("completion.bash"), "shellcheck-model"] + words)
    return run.output.split(separator: "\n")
  }

  @Test func optionsOfTheDefaultCommandAreOfferedInTheFirstPlace() async throws {
    #expect(try await offered("--fo") == ["--format"])
    #expect(try await offered("ch").contains("check"))
    #expect(try await offered("model", "--fail-on", "w") == ["warning"])
  }

  @Test func valuesAndCodesAreOffered() async throws {
    #expect(try await offered("check", "--format", "sar") == ["sarif"])
    #expect(try await offered("explain", "und").contains("undeclared-parent"))
  }

  /// The shells themselves are not everywhere: what their scripts hold beside what the library makes.
  @Test(arguments: [
    (
      "zsh", [#"CURRENT -gt 2 && "${words[2]}" != (check|compare|"#, "_files && ret=0\n        ;;"]
    ),
    (
      "fish",
      [
        #"_parse_subcommand 0 'from='"#, "\n# Options and files of `check`",
        #"for_flags_or_options "shellcheck-model" fail-on' -l 'fail-on'"#,
        #"for_positional "shellcheck-model" -ge 1' -F"#,
      ]
    ),
  ])
  func otherShellsOfferTheDefaultCommandInTheFirstPlace(
    shell: String, passages: [String]
  ) async throws {
    let script = try await ToolProcess.run("--generate-completion-script", shell).output
    for passage in passages { #expect(script.contains(passage), "\(passage)") }
  }
}
