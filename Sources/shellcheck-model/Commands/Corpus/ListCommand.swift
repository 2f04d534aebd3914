import ArgumentParser
import ShellcheckModel

struct ListCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the references, without opening them.")

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(InspectionOptions(environment: session.environment))
    return corpus.deliver(await keeper.list(), in: session)
  }
}
