import ArgumentParser
import Judge
import Report
import ShellcheckModel

struct ProjectCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "project",
    abstract: "Count what was done in a project's git repository, beside the one it may come from.",
    discussion: """
      Commits, authors, lines and pages of documentation of a period, by git itself; issues closed, \
      from a JSON export of the tracker. With --reference, what is in commits that the reference does \
      not have is counted apart. Counts say how much was done, not how well, and nothing of weights.

      No hook, filter, pager or driver that a repository names is run, nothing is fetched, and neither its \
      settings nor its attributes, grafts or replacements change what is counted. What is own is not known \
      where older commits are missing.

      Examples:
        shellcheck-model project ours/ --since 2025-01-01
        shellcheck-model project ours/ --reference theirs/ --issues ours.json --format json

      Exit status: 0, or 2 if a repository or an export could not be read.
      """)

  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: "A checkout, or a bare repository.", completion: .directory)
  var checkout: String

  @Option(
    help: ArgumentHelp("The project that it may have come from.", valueName: "checkout"),
    completion: .directory)
  var reference: String?

  @Option(
    help: ArgumentHelp("First day that counts, YYYY-MM-DD, in UTC.", valueName: "day"),
    transform: Self.day)
  var since: CalendarDate?

  @Option(
    help: ArgumentHelp("Last day that counts, YYYY-MM-DD.", valueName: "day"),
    transform: Self.day)
  var until: CalendarDate?

  @Option(
    help: ArgumentHelp(
      "The tracker's issues as JSON: a list with state and closed_at or closedAt.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var issues: String?

  @Option(
    help: ArgumentHelp("The same of the reference.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var referenceIssues: String?

  @Option(help: ArgumentHelp("Form of the answer: text or json.", valueName: "format"))
  var format: Form = .text

  @Option(help: ArgumentHelp("Language of the text.", valueName: "language"))
  var lang: LanguageChoice = .en

  private static func day(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(text) else {
      throw ValidationError("'\(printable(text))' is not a day such as 2026-12-31.")
    }
    return date
  }

  func validate() throws {
    if referenceIssues != nil, reference == nil {
      throw ValidationError("--reference-issues needs --reference.")
    }
    if let since, let until, until < since {
      throw ValidationError("--until is before --since.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let counts = ProjectCounts(since: since, until: until, environment: session.environment)
    do throws(InputFailure) {
      let report = try counts.report(
        on: .init(path: checkout, issues: issues),
        beside: reference.map { .init(path: $0, issues: referenceIssues) })
      let writer = ProjectWriter(
        options: WriterOptions(
          columns: session.columns, language: lang.language(environment: session.environment)))
      return session.emit(format == .json ? writer.json(report) : writer.text(report))
    } catch {
      session.report([error], in: lang.language(environment: session.environment))
      return ExitStatus([error])
    }
  }
}
