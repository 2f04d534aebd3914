import ArgumentParser
import ShellcheckModel

struct CompareCommand: JudgingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Judge one model against one other, without a corpus.",
    discussion: """
      Where the two agree in what they compute and not in their numbers, the weights of both are read.

      Examples:
        shellcheck-model compare child.safetensors parent.safetensors
        shellcheck-model compare child/ parent.fingerprint.safetensors --detail layers
        shellcheck-model compare hub:lab/child hub:base/parent --quick
      """)

  @Argument(help: "The model in question, or its fingerprint.", completion: .file())
  var subject: String

  @Argument(help: "The model it may descend from, or its fingerprint.", completion: .file())
  var reference: String

  @Option(
    help: ArgumentHelp(
      "A parent that counts as declared, by its id. May be repeated.", valueName: "id"))
  var declared: [String] = []

  @Flag(
    help: ArgumentHelp(
      "Read about a hundredth of each model: shows descent where it is clear, never its absence."))
  var quick = false

  @OptionGroup(title: "Gate") var gate: GateOptions
  @OptionGroup(title: "Report") var report: ReportOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate([subject, reference])
    try validateAcceptance()
    if record.evidence != nil, quick {
      throw ValidationError("--evidence needs all of the weights: leave out --quick.")
    }
  }

  var inputs: [String] { [subject, reference] }

  var named: [String] { ["compare", subject, reference] }

  func perform(in session: Session) async -> ExitStatus {
    await judge(in: session, reading: quick ? .quick : .cheapestFirst) {
      [subject, reference] inspection, progress in
      await inspection.compare(subject: subject, reference: reference, progress: progress)
    }
  }
}
