import ArgumentParser
import Judge
import Report

struct ExplainCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the manual page of a finding, or list all findings.",
    discussion: """
      Examples:
        shellcheck-model explain SCM3001
        shellcheck-model explain undeclared-parent
        shellcheck-model explain --list
        shellcheck-model explain --lang zh SCM3001
      """)

  @Argument(
    help: "Code or name of the finding.",
    completion: .list(FindingCode.allCases.flatMap { [$0.rawValue, $0.name] }))
  var code: String?

  @Flag(help: "List the code, level and name of every finding.")
  var list = false

  @Option(help: ArgumentHelp("Language of the page; auto: the locale's.", valueName: "language"))
  var lang: LanguageChoice = .en

  func validate() throws {
    if list != (code == nil) {
      throw ValidationError(
        list ? "--list shows all findings: name none." : "Name a finding, or list all with --list.")
    }
    if let code, FindingCode(named: code) == nil {
      let names = FindingCode.allCases.flatMap { [$0.rawValue, $0.name] }
      throw ValidationError(
        "There is no finding of the code or name '\(printable(code))'; --list shows all."
          + NearName.hint(code, among: names))
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let language = lang.language(environment: session.environment)
    if list {
      let columns = session.output.isTerminal ? session.columns : nil
      return session.emit(FindingPages.list(in: language, columns: columns))
    }
    let page = code.flatMap(FindingCode.init(named:)).map {
      FindingPages.page(of: $0, in: language)
    }
    guard session.output.isTerminal else { return session.emit(page ?? "") }
    let palette = ColorChoice.auto.palette(isTerminal: true, environment: session.environment)
    return session.emit(
      FindingPages.text(of: page ?? "", palette: palette, columns: session.columns))
  }
}
