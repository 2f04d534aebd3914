import ArgumentParser
import Load
import Report
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
        shellcheck-model check --from suspects.txt --ref corpus/ -o suspects.jsonl
        shellcheck-model check model/ --ref corpus/ --evidence case-17/

      Without --ref the corpus is the folder that SHELLCHECK_MODEL_CORPUS names, else the user's \
      own, else the one installed with the tool.

      hub:OWNER/NAME[/FILE][@REVISION] is a model on Hugging Face or the mirror that HF_ENDPOINT \
      names, modelscope:OWNER/NAME one on ModelScope; nothing is asked of a hub otherwise. Of a large one \
      the cheapest evidence comes first: what the hub lists, then a quick look, which decides where it \
      finds a parent that nobody disclosed, then all of the weights. --quick and --full settle which.

      With --from each model is a line of JSON, written as soon as it is judged, after a line that \
      says how, and before one that sums up. A file of -o is gone on with: what is in it is not judged \
      again, and counts for the exit status.
      """)

  @Argument(
    help: ArgumentHelp(
      "Checkpoints, shard indices, folders laid out like a hub snapshot, or hub:OWNER/NAME.",
      valueName: "model"),
    completion: .file())
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      "Judge the models of this list, one a line (# begins a comment), and write JSON Lines.",
      valueName: "list"),
    completion: .file())
  var from: String?

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

  @Flag(
    help: ArgumentHelp(
      "Read all of a model on a hub, also where its listing or a quick look would decide."))
  var full = false

  @OptionGroup(title: "Gate") var gate: GateOptions
  @OptionGroup(title: "Report") var report: ReportOptions
  @OptionGroup(title: "Record") var record: RecordOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  func validate() throws {
    try InputPath.validate(inputs)
    if let from {
      try validate(from: from)
    } else if models.isEmpty {
      throw ValidationError("Missing expected argument '<model> ...'")
    }
    try validateAcceptance()
    if gate.results != nil, models.count > 1 {
      throw ValidationError("--results holds the scores of one model; there are \(models.count).")
    }
    if quick, full { throw ValidationError("--quick and --full exclude each other.") }
    if record.evidence != nil, quick || effort.budget != nil {
      throw ValidationError(
        "--evidence needs all of the weights: leave out --\(quick ? "quick" : "budget").")
    }
  }

  private func validate(from list: String) throws {
    if !models.isEmpty { throw ValidationError("--from names the models; there are others.") }
    if !report.format.isEmpty { throw ValidationError("--from writes JSON Lines: no --format.") }
    if gate.results != nil {
      throw ValidationError("--results holds the scores of one model; --from names many.")
    }
    if record.stamp {
      throw ValidationError("--stamp would differ where a run goes on: not with --from.")
    }
    if gate.printAcceptance {
      throw ValidationError("--print-acceptance is of one run's models: not with --from.")
    }
    if record.evidence != nil {
      throw ValidationError("--evidence is of one run's models: not with --from.")
    }
  }

  var inputs: [String] { models + [from].compactMap(\.self) + ref }

  var named: [String] {
    ["check"] + models + (from.map { ["--from=" + $0] } ?? []) + ref.map { "--ref=" + $0 }
  }

  private var extent: ReadingExtent { quick ? .quick : full ? .full : .cheapestFirst }

  func perform(in session: Session) async -> ExitStatus {
    if let from { return await watch(from, in: session) }
    return await judge(in: session, reading: extent) { [models, ref] inspection, progress in
      await inspection.check(models: models, references: ref, progress: progress)
    }
  }

  private func watch(_ list: String, in session: Session) async -> ExitStatus {
    let subjects: [String]
    do throws(LoadError) {
      subjects = try SubjectList.read(path: list)
    } catch {
      session.error(error.description)
      return .usage
    }
    guard let (options, judging) = choices(in: session, reading: extent) else { return .usage }
    let run = WatchRun(
      models: subjects, output: report.output.first.flatMap { $0 == "-" ? nil : $0 },
      writer: WatchWriter(detail: report.detail),
      invocation: invocation(options, to: judging, in: session), gate: judging, session: session)
    return await run.perform(session.makeInspection(options), against: ref)
  }
}
