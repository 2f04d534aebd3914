import Judge
import Report
import ShellcheckModel
import Synchronization

@testable import shellcheck_model

/// A pipeline that answers from its arguments: models named `broken…` fail, `hidden…` are derived
/// and undeclared, `odd…` have a warning, all others nothing.
struct FakePipeline: Pipeline {
  func check(
    models: [String], references: [String], options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    progress(InspectionProgress(input: models[0], bytesDone: 50, bytesTotal: 100))
    let broken = models.filter { $0.hasPrefix("broken") }
      .map { InputFailure(input: $0, message: "truncated\u{1B}[2J") }
    let judgements = models.filter { !$0.hasPrefix("broken") }.map { name in
      Judgement(
        subject: Subject(
          name: name, digest: String(repeating: "a", count: 64), format: "safetensors",
          parameters: 1, tensors: 1, family: nil, components: [],
          declared: Declared(baseModels: options.declaredParents)),
        verdict: Verdict(relation: .noEvidence, log10P: -0.1, summary: "Nothing was found."),
        parents: [], candidates: [], components: [], findings: findings(for: name),
        limits: references, layers: [], tensors: [])
    }
    let report = ForensicReport(
      tool: ToolVersion.tool,
      corpus: CorpusSummary(
        digest: String(repeating: "b", count: 64), references: references.count, path: "corpus"),
      judgements: judgements,
      inputErrors: broken.map { InputError(input: $0.input, message: $0.message) })
    return CheckOutcome(report: report, failures: broken)
  }

  private func findings(for name: String) -> [Finding] {
    if name.hasPrefix("hidden") {
      [Finding(code: .undeclaredParent, level: .error, message: "Undeclared.", location: name)]
    } else if name.hasPrefix("odd") {
      [Finding(code: .lowCoverage, level: .warning, message: "Little to see.", location: name)]
    } else {
      []
    }
  }

  func compare(
    subject: String, reference: String, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    await check(
      models: [subject], references: [reference], options: options, progress: progress)
  }

  func fingerprint(
    models: [String], destination: FingerprintDestination, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> FingerprintOutcome {
    let path =
      switch destination {
      case .file(let file): file
      case .folder(let folder): folder + "/x"
      }
    return FingerprintOutcome(
      records: models.map { FingerprintRecord(model: $0, file: path, byteCount: 2048) },
      failures: [])
  }

  func inspect(
    model: String, options: InspectionOptions
  ) async -> Result<ModelDescription, InputFailure> {
    if model.hasPrefix("broken") {
      return .failure(InputFailure(input: model, message: "truncated"))
    }
    let tensor = ModelDescription.TensorEntry(
      name: "a.\u{1B}[1mweight", elementType: "bf16", shape: [4, 2], component: "decoder",
      role: "mlpUp", layer: 3)
    return .success(
      ModelDescription(
        name: model, path: model, format: "safetensors", family: "llama", parameters: 8,
        byteCount: 16, components: [.init(name: "decoder", layers: 1, parameters: 8)],
        tensors: [tensor], declared: Declared(), notes: ["no tokenizer"]))
  }
}

/// A stream that keeps what is written to it.
final class RecordingStream: TextStream {
  let isTerminal: Bool
  private let recorded = Mutex("")

  init(isTerminal: Bool = false) {
    self.isTerminal = isTerminal
  }

  var text: String { recorded.withLock { $0 } }

  func write(_ text: String) -> Int32 {
    recorded.withLock { $0 += text }
    return 0
  }
}

/// One run of the command line in this process, over the fake pipeline.
struct Run {
  let output: RecordingStream
  let diagnostics: RecordingStream
  let status: Int32

  init(
    _ arguments: String..., terminal: Bool = false, environment: [String: String] = [:]
  ) async {
    let output = RecordingStream(isTerminal: terminal)
    let diagnostics = RecordingStream(isTerminal: terminal)
    let session = Session(
      output: output, diagnostics: diagnostics, environment: environment, columns: 100,
      makeInspection: { Inspection(options: $0, pipeline: FakePipeline()) })
    status = await ToolCommand.execute(arguments, in: session)
    self.output = output
    self.diagnostics = diagnostics
  }
}
