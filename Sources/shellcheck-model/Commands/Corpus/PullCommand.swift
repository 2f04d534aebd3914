import ArgumentParser
import Report
import ShellcheckModel

struct PullCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Add models of a hub that are worth having as references.",
    discussion: """
      The models are those of `corpus sources`, read by ranges from the hub and kept as fingerprints. \
      One that the corpus has at the commit of the hub is not read again, so an interrupted run goes on \
      where it was. Licences that the list has from general knowledge are left to the models' cards.

      Examples:
        shellcheck-model corpus pull --family smollm
        shellcheck-model corpus pull openai-community/gpt2 --budget 2GB
        shellcheck-model corpus pull --from ours.json
      """)

  @Argument(help: ArgumentHelp("Only these models of the list.", valueName: "id"))
  var ids: [String] = []

  @Option(help: ArgumentHelp("Only this family. May be repeated.", valueName: "name"))
  var family: [String] = []

  @Option(
    help: ArgumentHelp("A list of your own, instead of the tool's.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var from: String?

  @Flag(help: "All models of the tool's own list: terabytes of weights are read.")
  var all = false

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate([from].compactMap(\.self))
    if ids.isEmpty, family.isEmpty, from == nil, !all {
      throw ValidationError("Name models, a --family or a list of your own, or say --all.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let list: CorpusSourceList
    do throws(InputFailure) {
      list = try CorpusSourceList(path: from, families: family, ids: ids)
    } catch {
      session.report([error])
      return ExitStatus([error])
    }
    let keeper = corpus.keeper(effort.options(in: session))
    let (reply, traffic) = await session.withProgress { progress in
      await keeper.pull(list, progress: progress)
    }
    session.notice(of: traffic)
    return corpus.deliver(reply, in: session)
  }
}
