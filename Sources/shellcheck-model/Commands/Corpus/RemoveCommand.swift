import ArgumentParser
import ShellcheckModel

struct RemoveCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Remove fingerprints from the corpus; the weights of models are not deleted.")

  @Argument(help: ArgumentHelp("Ids, as `corpus list` prints them.", valueName: "id"))
  var ids: [String]

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(InspectionOptions(environment: session.environment))
    return corpus.deliver(await keeper.remove(ids), in: session)
  }
}
