package import Report

/// A build without the analysis stages: every input fails, in words.
package struct StagePipeline: Pipeline {
  package init() {}

  package func check(
    models: [String], references: [String], options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    let failures = models.map(Self.failure)
    let report = ForensicReport(
      tool: ToolVersion.tool,
      corpus: CorpusSummary(
        digest: String(repeating: "0", count: 64), references: 0,
        path: references.joined(separator: ", ")),
      judgements: [],
      inputErrors: failures.map { InputError(input: $0.input, message: $0.message) })
    return CheckOutcome(report: report, failures: failures)
  }

  package func compare(
    subject: String, reference: String, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> CheckOutcome {
    await check(
      models: [subject], references: [reference], options: options, progress: progress)
  }

  package func fingerprint(
    models: [String], destination: FingerprintDestination, options: InspectionOptions,
    progress: @escaping ProgressHandler
  ) async -> FingerprintOutcome {
    FingerprintOutcome(records: [], failures: models.map(Self.failure))
  }

  package func inspect(
    model: String, options: InspectionOptions
  ) async -> Result<ModelDescription, InputFailure> {
    .failure(Self.failure(model))
  }

  private static func failure(_ input: String) -> InputFailure {
    InputFailure(input: input, message: "this build has no analysis stages")
  }
}
