import ArgumentParser
import Judge
import Report

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the manual page of a finding.",
    discussion: """
      Examples:
        shellcheck-model explain SCM3001
        shellcheck-model explain undeclared-parent
        shellcheck-model explain --lang zh SCM3001
      """)

  @Argument(
    help: "Code or name of the finding.",
    completion: .list(FindingCode.allCases.map(\.rawValue)))
  var code: String

  @Option(help: ArgumentHelp("Language of the page.", valueName: "language"))
  var lang: Language = .en

  func validate() throws {
    if FindingCode(named: code) == nil {
      let known = FindingCode.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no finding of that code or name; there are \(known).")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    session.emit(FindingCode(named: code).map { FindingPages.page(of: $0, in: lang) } ?? "")
  }
}
