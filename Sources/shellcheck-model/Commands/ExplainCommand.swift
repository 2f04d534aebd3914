import ArgumentParser
import Judge

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the manual page of a finding.",
    discussion: """
      Examples:
        shellcheck-model explain SCM3001
        shellcheck-model explain undeclared-parent
      """)

  @Argument(
    help: "Code or name of the finding.",
    completion: .list(FindingCode.allCases.map(\.rawValue)))
  var code: String

  func validate() throws {
    if FindingPages.page(for: code) == nil {
      let known = FindingPages.pages.keys.sorted().joined(separator: ", ")
      throw ValidationError("There is no finding of that code or name; there are \(known).")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    session.emit(FindingPages.page(for: code) ?? "")
  }
}
