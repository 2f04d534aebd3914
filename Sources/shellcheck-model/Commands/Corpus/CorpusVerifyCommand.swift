import ArgumentParser
import Report
import ShellcheckModel

struct CorpusVerifyCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Open every reference, and say what is wrong with the corpus.",
    discussion: """
      Damage: what cannot be read, is missing, is of an unknown version, or is not what the manifest's \
      SHA-256 says. Contradictions: one name for several models, children older than their parents, \
      circles of descent, licences that a card states otherwise. Duplicates are listed: they take one \
      place among the references compared.

      Exit status: 0, or 1 if there are contradictions, or 2 if there is damage.
      """)

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(effort.options(in: session))
    let reply = await session.withProgress { await keeper.verify(progress: $0) }
    let status = corpus.deliver(reply, in: session)
    return status == .success && reply.hasContradictions ? .findings : status
  }
}
