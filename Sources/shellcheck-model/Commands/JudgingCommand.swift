import ArgumentParser
import Judge
import Report
import ShellcheckModel

/// How much of the models is read.
enum ReadingExtent {
  /// A hundredth.
  case quick
  /// All of each.
  case full
  /// Of a model on a hub what decides at the least cost; all of others.
  case cheapestFirst
}

/// A command that judges models and may stop a pipeline.
protocol JudgingCommand: SessionCommand {
  var declared: [String] { get }
  var gate: GateOptions { get }
  var report: ReportOptions { get }
  var effort: EffortOptions { get }
  var record: RecordOptions { get }
  /// The models and references that it names, as they were typed.
  var inputs: [String] { get }
  /// The command with the models and references that it names, as they were typed.
  var named: [String] { get }
}

extension JudgingCommand {
  func validateAcceptance() throws {
    if gate.printAcceptance, report.writesToStandardOutput {
      throw ValidationError(
        "--print-acceptance goes to standard output: give every --format an --output.")
    }
  }

  /// Reads the policy, judges, and delivers the reports.
  ///
  func judge(
    in session: Session, reading extent: ReadingExtent,
    _ body: @escaping @Sendable (Inspection, @escaping ProgressHandler) async -> CheckOutcome
  ) async -> ExitStatus {
    if let folder = record.evidence,
      let problem = EvidenceFolder.problem(with: folder, beside: inputs)
    {
      session.error("--evidence: \(folder) \(problem)")
      return .usage
    }
    guard let (options, judging) = choices(in: session, reading: extent) else { return .usage }
    let inspection = session.makeInspection(options)
    let outcome = await session.withProgress { progress in await body(inspection, progress) }
    let invocation = invocation(options, to: judging, in: session)
    let status = report.deliver(
      outcome, of: invocation, to: judging, printsAcceptance: gate.printAcceptance, in: session)
    guard let folder = record.evidence, status != .usage else { return status }
    let isKept = await keep(outcome, of: invocation, in: folder, by: inspection, session)
    return isKept ? status : .unwritten
  }

  /// Writes the evidence pack.
  ///
  /// - Returns: whether it could be written.
  private func keep(
    _ outcome: CheckOutcome, of invocation: Invocation, in folder: String,
    by inspection: Inspection, _ session: Session
  ) async -> Bool {
    guard !outcome.verdicts.isEmpty else {
      session.error("--evidence: no model was judged, so there is no evidence to write")
      return false
    }
    do throws(InputFailure) {
      let pack = try await inspection.writeEvidence(
        of: outcome, invocation: invocation, detail: report.detail, to: folder)
      session.notice(
        "evidence in \(folder): \(pack.files) files, \(Figures.bytes(Double(pack.byteCount))); "
          + "the SHA-256 of its manifest.json is \(pack.manifestSHA256)")
      return true
    } catch {
      session.error(error.description)
      return false
    }
  }

  /// What models are judged by, and what decides the exit status.
  ///
  /// - Returns: nil, with a word to the user, where a file that the options name cannot be used.
  func choices(
    in session: Session, reading extent: ReadingExtent
  ) -> (InspectionOptions, Gate)? {
    var options = effort.options(in: session, declared: declared)
    options.isQuick = extent == .quick
    options.isWhole = extent == .full
    options.hashesFiles = record.hashFiles || report.needsFileDigests || record.evidence != nil
    options.keepsGrounds = record.evidence != nil
    do throws(UsageError) {
      let judging = try gate.apply(to: &options, in: session)
      options.looksFirst =
        extent == .cheapestFirst && record.evidence == nil && gate.baseline == nil
        && options.policy.accepted.isEmpty
      return (options, judging)
    } catch {
      session.error(error.message)
      return nil
    }
  }

  /// What was asked for, without what decides only how fast it is answered and where reports go.
  func invocation(
    _ options: InspectionOptions, to judging: Gate, in session: Session
  ) -> Invocation {
    var command = [ToolVersion.tool.name] + named
    command += declared.map { "--declared=" + $0 }
    if options.isQuick { command.append("--quick") }
    if options.isWhole, Self.self == CheckCommand.self { command.append("--full") }
    if let budget = options.hubBudget { command.append("--budget=\(budget)") }
    if let policy = options.policyFile { command.append("--policy=" + policy.path) }
    if let results = gate.results { command.append("--results=" + results) }
    if let inconclusive = gate.inconclusive {
      command.append("--inconclusive=" + inconclusive.rawValue)
    }
    if let failOn = gate.failOn { command.append("--fail-on=" + failOn.rawValue) }
    if let baseline = gate.baseline { command.append("--baseline=" + baseline) }
    if options.hashesFiles { command.append("--hash-files") }
    command += ["--detail=" + report.detail.rawValue, "--format=json"]
    return Invocation(
      command: command, failOn: judging.failOn.rawValue,
      policy: options.policyFile.map { .init(path: $0.path, sha256: $0.sha256) },
      stamp: record.stamp ? session.stamp : nil)
  }
}
