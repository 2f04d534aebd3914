import ArgumentParser
import ShellcheckModel

struct ShowCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show all that the corpus knows of a reference.")

  @Argument(help: ArgumentHelp("Ids, as `corpus list` prints them.", valueName: "id"))
  var ids: [String]

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(effort.options(in: session))
    let reply = await session.withProgress { await keeper.show(ids, progress: $0) }
    return corpus.deliver(reply, in: session)
  }
}
