import ArgumentParser
import Report
import ShellcheckModel

struct TreeCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree",
    abstract: "Find the families among models, and draw what was made from what.",
    discussion: """
      None of the models is in question: each is read once and held against all others. An arrow \
      is drawn only where the weights show descent; a line says that trained weights are shared. An \
      ancestor that is in no file is a node of its own. What cards and a corpus's manifest say is \
      drawn in another stroke, and listed where the weights contradict it.

      Examples:
        shellcheck-model tree base/ chat/ merge.safetensors
        shellcheck-model tree --ref corpus/ --format html -o families.html
        shellcheck-model tree model/ --ref corpus/ --format dot | dot -Tsvg > families.svg

      Exit status: 0, or 2 if some model could not be read; the others are drawn all the same; 73 \
      if the drawing could not be written.
      """)

  @Argument(
    help: ArgumentHelp(
      "Checkpoints, shard indices, folders or fingerprints.", valueName: "model"),
    completion: .file())
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      "A corpus, all of whose references are drawn too. May be repeated.", valueName: "corpus"),
    completion: .file())
  var ref: [String] = []

  @Option(
    help: ArgumentHelp(
      "Form of the drawing: \(FamilyFormatName.list). May be repeated, each with its --output.",
      valueName: "format"),
    completion: .list(FamilyFormats.all.map { $0.format }),
    transform: FamilyFormatName.init)
  var format: [FamilyFormatName] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the drawing to this file (- for standard output); the nth goes with the nth --format.",
      valueName: "file"),
    completion: .file())
  var output: [String] = []

  @OptionGroup var terminal: TerminalOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  private var delivery: Delivery { Delivery(outputs: output, formats: max(format.count, 1)) }

  func validate() throws {
    if models.isEmpty, ref.isEmpty {
      throw ValidationError("Name models, or a corpus with --ref.")
    }
    try InputPath.validate(models + ref)
    try delivery.validate()
  }

  func perform(in session: Session) async -> ExitStatus {
    let inspection = effort.inspection(in: session)
    let outcome = await session.withProgress { [models, ref] progress in
      await inspection.tree(models: models + ref, progress: progress)
    }
    session.report(outcome.failures)
    var status = ExitStatus(outcome.failures)
    let formats = format.isEmpty ? [FamilyFormatName.text] : format
    for (index, format) in formats.enumerated() {
      let options = terminal.writerOptions(
        isForOutput: delivery.file(index) == nil, in: session)
      let text = format.writer.init(options: options).write(outcome.report)
      if !delivery.write(text, index, in: session) { status = .unwritten }
    }
    return status
  }
}

/// A form in which families can be drawn.
struct FamilyFormatName: Sendable {
  let writer: any FamilyWriter.Type

  static let text = FamilyFormatName(writer: FamilyTextWriter.self)
  static let list = FamilyFormats.all.map { $0.format }.joined(separator: "|")

  private init(writer: any FamilyWriter.Type) {
    self.writer = writer
  }

  init(_ name: String) throws {
    guard let writer = FamilyFormats.named(name) else {
      throw ValidationError("There is no format '\(printable(name))'; there are \(Self.list).")
    }
    self.writer = writer
  }
}
