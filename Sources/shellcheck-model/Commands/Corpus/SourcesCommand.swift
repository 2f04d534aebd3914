import ArgumentParser
import Report
import ShellcheckModel

struct SourcesCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources",
    abstract: "List models of a hub that are worth having as references.",
    discussion: """
      Nothing is fetched. The list is part of the tool (Corpus/sources.json); --from reads one of your \
      own. With --format json it is in the form in which lists are read.
      """)

  @Option(
    help: ArgumentHelp("Only this family. May be repeated.", valueName: "name"))
  var family: [String] = []

  @Option(
    help: ArgumentHelp("A list of your own, instead of the tool's.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var from: String?

  @Option(help: ArgumentHelp("Form of the list: text or json.", valueName: "format"))
  var format: CorpusOptions.Form = .text

  func validate() throws { try InputPath.validate([from].compactMap(\.self)) }

  func perform(in session: Session) async -> ExitStatus {
    let text: String
    do throws(InputFailure) {
      text = try CorpusSourceList(path: from, families: family)
        .text(isJSON: format == .json, options: WriterOptions(columns: session.columns))
    } catch {
      session.report([error])
      return ExitStatus([error])
    }
    return session.emit(text)
  }
}
