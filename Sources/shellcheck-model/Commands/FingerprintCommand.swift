import ArgumentParser
import Report
import ShellcheckModel

struct FingerprintCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "fingerprint",
    abstract: "Write a small file that stands in for a model when others are compared with it.",
    discussion: """
      Without -o and --into the fingerprint goes to the current folder, named after the model.

      Examples:
        shellcheck-model fingerprint model.safetensors -o model.fingerprint.safetensors
        shellcheck-model fingerprint a/ b/ c.h5 --into corpus/
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

  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate(models)
    if output != nil, into != nil {
      throw ValidationError("--output and --into exclude each other.")
    }
    if output != nil, models.count > 1 {
      throw ValidationError("--output takes one model; use --into for several.")
    }
  }

  func perform(in session: Session) async -> ExitStatus {
    let inspection = effort.inspection(in: session)
    let destination = output.map(FingerprintDestination.file) ?? .folder(into ?? ".")
    let outcome = await session.withProgress { progress in
      await inspection.fingerprint(models: models, destination: destination, progress: progress)
    }
    let lines = outcome.records.map { record in
      printable(record.file) + "  " + Figures.bytes(Double(record.byteCount)) + "\n"
    }
    session.report(outcome.failures)
    let status = session.emit(lines.joined())
    return outcome.failures.isEmpty ? status : .failures
  }
}
