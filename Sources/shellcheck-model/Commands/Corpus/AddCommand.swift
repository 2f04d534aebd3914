import ArgumentParser
import Judge
import Report
import ShellcheckModel

struct AddCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add models to the corpus, each as its fingerprint.",
    discussion: """
      The model may be a fingerprint already. A reference that is there is left as it is, but for what \
      the options say anew; another model's is never replaced.

      Examples:
        shellcheck-model corpus add base/ --id lab/base-8b --licence apache-2.0 --original
        shellcheck-model corpus add chat.fingerprint.safetensors --parents lab/base-8b
      """)

  @Argument(
    help: ArgumentHelp("Checkpoints, shard indices, folders or fingerprints.", valueName: "model"),
    completion: .file())
  var models: [String]

  @OptionGroup var names: NameOptions

  @Flag(
    inversion: .prefixedNo,
    help: "It is the original of all copies, and was made from no other model.")
  var original: Bool?

  @Option(
    help: ArgumentHelp("A reference that it was made from. May be repeated.", valueName: "id"))
  var parents: [String] = []

  @Option(help: ArgumentHelp("Day of its release, YYYY-MM-DD.", valueName: "day"))
  var released: String?

  @Option(
    name: [.customLong("licence"), .customLong("license")],
    help: ArgumentHelp("Its licence (default: what its card says).", valueName: "id"))
  var licence: String?

  @Option(help: ArgumentHelp("Its family (default: that of its architecture).", valueName: "name"))
  var family: String?

  @Option(
    help: ArgumentHelp(
      "Commit of the source that it was taken from (default: that of a hub's cache).",
      valueName: "commit"))
  var revision: String?

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate(models)
    let single: [(String, Bool)] = [
      ("--id", names.id != nil), ("--alias", !names.alias.isEmpty), ("--original", original != nil),
      ("--parents", !parents.isEmpty), ("--released", released != nil),
      ("--revision", revision != nil),
    ]
    if models.count > 1, let (option, _) = single.first(where: \.1) {
      throw ValidationError("\(option) is said of one model; there are \(models.count).")
    }
    try NameOptions.check(parents)
    if original == true, !parents.isEmpty {
      throw ValidationError("An original has no --parents.")
    }
    if let released, CalendarDate(released) == nil {
      throw ValidationError("'\(printable(released))' is not a day such as 2026-12-31.")
    }
    for text in [licence, family, revision].compactMap(\.self)
    where text.isEmpty || text.utf8.count > 200 {
      throw ValidationError("A licence, a family or a revision has 1 to 200 characters.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(effort.options(in: session))
    let said = ReferenceFacts(
      aliases: names.alias, isOriginal: original, parents: parents, released: released,
      licence: licence, family: family, revision: revision)
    let (reply, traffic) = await session.withProgress { progress in
      await keeper.add(models, id: names.id, said: said, progress: progress)
    }
    session.notice(of: traffic)
    return corpus.deliver(reply, in: session)
  }
}
