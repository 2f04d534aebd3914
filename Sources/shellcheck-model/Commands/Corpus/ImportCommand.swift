import ArgumentParser
import Report
import ShellcheckModel

struct ImportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take the references of an archive into the corpus.",
    discussion: """
      All of the archive is verified first; if any of it does not verify, or another model has one of \
      its ids, nothing is taken. What the archive says of parents and originals is taken on its \
      sender's word. Of references that are there, what the corpus says stays.
      """)

  @Argument(
    help: ArgumentHelp("An archive that `corpus export` wrote.", valueName: "archive"),
    completion: .file())
  var archive: String

  @Option(
    help: ArgumentHelp(
      "SHA-256 that the archive must have, as `corpus export` printed it.", valueName: "digest"))
  var sha256: String?

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions

  func validate() throws {
    try InputPath.validate([archive])
    if let sha256, sha256.wholeMatch(of: /[0-9a-fA-F]{64}/) == nil {
      throw ValidationError("'\(printable(sha256))' is not 64 hexadecimal digits.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(InspectionOptions(environment: session.environment))
    return corpus.deliver(await keeper.take(archiveAt: archive, expecting: sha256), in: session)
  }
}
