import Judge
import ShellcheckModel

/// A command that judges models and may stop a pipeline.
protocol JudgingCommand: SessionCommand {
  var declared: [String] { get }
  var gate: GateOptions { get }
  var report: ReportOptions { get }
  var effort: EffortOptions { get }
}

extension JudgingCommand {
  /// Reads the policy, judges, and delivers the reports.
  ///
  /// - Parameter isQuick: whether models are looked at in part only.
  func judge(
    in session: Session, isQuick: Bool = false,
    _ body: @escaping @Sendable (Inspection, @escaping ProgressHandler) async -> CheckOutcome
  ) async -> ExitStatus {
    var options = effort.options(in: session, declared: declared)
    options.isQuick = isQuick
    options.hashesFiles = report.needsFileDigests
    let judging: Gate
    do throws(UsageError) {
      judging = try gate.apply(to: &options, in: session)
    } catch {
      session.error(error.message)
      return .usage
    }
    let inspection = session.makeInspection(options)
    let outcome = await session.withProgress { progress in await body(inspection, progress) }
    return report.deliver(outcome, to: judging, in: session)
  }
}
