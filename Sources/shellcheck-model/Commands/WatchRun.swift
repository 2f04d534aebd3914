import Judge
import Report
import ShellcheckModel
import Synchronization

/// Judges the models of a list one after the other, a line for each.
final class WatchRun: Sendable {
  private let writer: WatchWriter
  private let invocation: Invocation
  private let gate: Gate
  private let session: Session
  private let output: String?
  private let models: [String]
  private let state: Mutex<State>

  /// What comes of the run; its callbacks come from another thread.
  private struct State {
    var log: WatchLog
    /// References that could not be used.
    var problems = 0
    /// Why it could not go on.
    var failure: String?
    /// What came from a hub so far.
    var traffic: HubTraffic?
  }

  /// - Parameters:
  ///   - output: a file, in which an earlier run's lines count; nil for standard output.
  ///   - gate: decides from the findings whether the caller may go on.
  init(
    models: [String], output: String?, writer: WatchWriter, invocation: Invocation, gate: Gate,
    session: Session
  ) {
    self.models = models
    self.output = output
    self.writer = writer
    self.invocation = invocation
    self.gate = gate
    self.session = session
    state = Mutex(State(log: WatchLog(path: output, session: session)))
  }

  func perform(_ inspection: Inspection, against references: [String]) async -> ExitStatus {
    let failure = await session.withProgress { progress in
      await inspection.watch(
        references: references, progress: progress, start: { self.begin($0) },
        next: { self.add($0, $1) })
    }
    if let failure {
      session.report([failure])
      return ExitStatus([failure])
    }
    return finish()
  }

  private func begin(_ start: WatchStart) -> [String]? {
    session.report(start.problems)
    var report = start.report
    report.invocation = invocation
    let header = writer.header(
      report, problems: start.problems.map { InputError(input: $0.input, message: $0.message) })
    return state.withLock { state in
      state.problems = start.problems.count
      state.failure = state.log.begin(header)
      guard state.failure == nil else { return nil }
      // By bytes, as the system tells names apart.
      let done = Set(state.log.entries.map { Array($0.subject.utf8) })
      let open = models.filter { !done.contains(Array($0.utf8)) }
      if !done.isEmpty {
        session.notice(
          "\(models.count - open.count) of \(models.count) models are in \(output ?? "") already")
      }
      return open
    }
  }

  private func add(_ model: String, _ outcome: CheckOutcome) -> Bool {
    let report = outcome.report
    session.report(report.inputErrors.map { InputFailure(input: $0.input, message: $0.message) })
    let said = gate.outcome(
      report.judgements, unread: report.inputErrors.count, unreadModels: report.inputErrors.count)
    said.report(report, in: session)
    let status = said.status.rawValue
    return state.withLock { state in
      state.traffic = outcome.hubTraffic
      state.failure = state.log.append(
        writer.line(model, report, status: status), WatchEntry(model, report, status: status))
      return state.failure == nil
    }
  }

  private func finish() -> ExitStatus {
    state.withLock { state in
      session.notice(of: state.traffic)
      let entries = state.log.entries
      let status = Self.status(entries, problems: state.problems)
      if state.failure == nil {
        state.failure = state.log.finish(writer.summary(entries, status: status.rawValue))
      }
      guard let failure = state.failure else { return status }
      session.error("\(output ?? "standard output"): \(failure)")
      return .unwritten
    }
  }

  /// As for several models in one report: what could not be read outweighs findings, and findings that
  /// a model could not be cleared.
  private static func status(_ entries: [WatchEntry], problems: Int) -> ExitStatus {
    if problems > 0 || entries.contains(where: \.isFailure) { return .failures }
    let statuses = Set(entries.map(\.status))
    if statuses.contains(ExitStatus.findings.rawValue) { return .findings }
    return statuses.contains(ExitStatus.failures.rawValue) ? .failures : .success
  }
}
