import ArgumentParser
import Load
import Report
import ShellcheckModel

struct ConvertCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a saved JSON report in another format or language, without the weights.",
    discussion: """
      The report must be what this tool wrote, byte for byte: one that was changed is refused. It \
      says what was judged when it was made; nothing is judged anew.

      Examples:
        shellcheck-model convert report.json --format html -o report.html
        shellcheck-model convert report.json --format tty --lang zh
      """)

  @Argument(help: "A JSON report of `check` or `compare`.", completion: .file(extensions: ["json"]))
  var file: String

  @OptionGroup(title: "Report") var report: ReportOptions

  func perform(in session: Session) async -> ExitStatus {
    let record: ReportRecord
    do throws(LoadError) {
      record = try SavedReport.record(of: file)
    } catch {
      session.error(error.description)
      return .failures
    }
    return report.deliver(record.report, in: session)
  }
}
