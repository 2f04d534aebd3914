import ArgumentParser
import ShellcheckModel

struct ExportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write references into one archive, for a machine without a network.",
    discussion: """
      The archive is a tar file of fingerprints and their manifest; models go into it as their \
      fingerprints. Its SHA-256 is printed: hand it over by another way than the archive, and \
      `corpus import --sha256` holds the two together. Equal corpora are equal archives.
      """)

  @Argument(help: ArgumentHelp("The archive to write.", valueName: "archive"), completion: .file())
  var archive: String

  @Argument(help: ArgumentHelp("Ids of the references (default: all).", valueName: "id"))
  var ids: [String] = []

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws { try InputPath.validate([archive]) }

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(effort.options(in: session))
    let reply = await session.withProgress { progress in
      await keeper.export(ids, to: archive, progress: progress)
    }
    return corpus.deliver(reply, in: session)
  }
}
