import ArgumentParser
import Report
import ShellcheckModel

struct FingerprintCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Write a small file that stands in for a model when others are compared with it.",
    discussion: """
      Without -o and --into the fingerprint goes to the current folder. In a folder it is named after \
      the model: a snapshot in a hub's cache is OWNER/NAME, and a file that is called like everybody's \
      (model.safetensors) goes by its folder's name. Another model's fingerprint is never replaced.

      Examples:
        shellcheck-model fingerprint model.safetensors -o model.fingerprint.safetensors
        shellcheck-model fingerprint a/ b/ c.h5 --into corpus/
        shellcheck-model fingerprint hub:lab/base-8b@main --into corpus/
        shellcheck-model fingerprint base/ --into corpus/ --id lab/base-8b --alias mirror/base-8b
      """)

  @Argument(
    help: ArgumentHelp("Checkpoints, shard indices or folders.", valueName: "model"),
    completion: .file())
  var models: [String]

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the fingerprint of the one model to this file.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("Write the fingerprints into this folder.", valueName: "corpus"),
    completion: .directory)
  var into: String?

  @OptionGroup var names: NameOptions

  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate(models)
    if output != nil, into != nil {
      throw ValidationError("--output and --into exclude each other.")
    }
    if output != nil, models.count > 1 {
      throw ValidationError("--output takes one model; use --into for several.")
    }
    if names.id != nil || !names.alias.isEmpty, models.count > 1 {
      throw ValidationError("--id and --alias name one model; there are \(models.count).")
    }
    if output != nil, !names.alias.isEmpty {
      throw ValidationError("--alias is kept in a corpus's manifest: use --into.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let inspection = effort.inspection(in: session)
    let destination = output.map(FingerprintDestination.file) ?? .folder(into ?? ".")
    let names = FingerprintNames(id: names.id, aliases: names.alias)
    let outcome = await session.withProgress { progress in
      await inspection.fingerprint(
        models: models, destination: destination, names: names, progress: progress)
    }
    let lines = outcome.records.map { record in
      (record.isNew ? "" : "already there: ") + printable(record.file) + "  "
        + Figures.bytes(Double(record.byteCount)) + "  as " + printable(record.id) + "\n"
    }
    session.report(outcome.failures)
    session.notice(of: outcome.hubTraffic)
    let status = session.emit(lines.joined())
    return outcome.failures.isEmpty ? status : ExitStatus(outcome.failures)
  }
}
