import ArgumentParser
import Report
import ShellcheckModel

struct VerifyCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Recompute the verdict of an evidence pack, without the weights.",
    discussion: """
      The pack is what `check --evidence` wrote. Its files must be as its manifest says; then the \
      fingerprints in it are compared and judged once more, and the result is held against the report.

      Exit status: 0 the same verdict, findings and numbers; 1 something differs, and is listed; 2 the \
      pack was changed, or cannot be read.

      Examples:
        shellcheck-model verify case-17/
        shellcheck-model verify case-17/ --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d\
      6c15b0f00a08
      """)

  @Argument(help: "The folder of the pack.", completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "SHA-256 of the pack's manifest.json, as its author published it.", valueName: "digest"),
    transform: { text in
      let digest = text.lowercased()
      guard digest.utf8.count == 64, digest.allSatisfy(\.isHexDigit) else {
        throw ValidationError("'\(printable(text))' is not 64 hexadecimal digits.")
      }
      return digest
    })
  var sha256: String?

  @OptionGroup var terminal: TerminalOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func perform(in session: Session) async -> ExitStatus {
    let inspection = effort.inspection(in: session)
    switch await inspection.verify(evidence: folder, expecting: sha256) {
    case .failure(let failure):
      session.report([failure])
      return .failures
    case .success(let verification):
      let writer = VerificationWriter(options: terminal.writerOptions(in: session))
      let status = session.emit(writer.write(verification, folder: folder))
      guard status == .success else { return status }
      return verification.isSame ? .success : .findings
    }
  }
}
