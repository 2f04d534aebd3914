import ArgumentParser
import ShellcheckModel

struct CheckCommand: JudgingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge models against a corpus of references. This is the default command.",
    discussion: """
      Examples:
        shellcheck-model check model.safetensors --ref corpus/
        shellcheck-model check snapshot/ --ref corpus/ --declared lab/parent-8b
        shellcheck-model check a.h5 b.h5 --ref corpus/ --format quiet
        shellcheck-model check snapshot/ --ref corpus/ --quick
        shellcheck-model check hub:lab/model --ref corpus/ --quick
        shellcheck-model check model/ --format tty -o - --format json -o report.json
        shellcheck-model check model/ --policy release.yml --results scores.json
        shellcheck-model check model/ --ref corpus/ --evidence case-17/

      Without --ref the corpus is the folder that SHELLCHECK_MODEL_CORPUS names, else the user's \
      own, else the one installed with the tool.

      hub:OWNER/NAME[/FILE][@REVISION] is a model on Hugging Face or the mirror that HF_ENDPOINT \
      names; nothing is asked of a hub otherwise.
      """)

  @Argument(
    help: ArgumentHelp(
      "Checkpoints, shard indices, folders laid out like a hub snapshot, or hub:OWNER/NAME.",
      valueName: "model"),
    completion: .file())
  var models: [String]

  @Option(
    help: ArgumentHelp(
      "Corpus folder, or a single model or fingerprint, to compare with. May be repeated.",
      valueName: "corpus"),
    completion: .file())
  var ref: [String] = []

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
    try InputPath.validate(models + ref)
    if gate.results != nil, models.count > 1 {
      throw ValidationError("--results holds the scores of one model; there are \(models.count).")
    }
    if record.evidence != nil, quick {
      throw ValidationError("--evidence needs all of the weights: leave out --quick.")
    }
  }

  var inputs: [String] { models + ref }

  var named: [String] { ["check"] + models + ref.map { "--ref=" + $0 } }

  func perform(in session: Session) async -> ExitStatus {
    await judge(in: session, isQuick: quick) { [models, ref] inspection, progress in
      await inspection.check(models: models, references: ref, progress: progress)
    }
  }
}
