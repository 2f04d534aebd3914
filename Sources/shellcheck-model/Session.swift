import Foundation
import Glibc
import Judge
import Report
import ShellcheckModel

/// What a command has around it: streams, environment and the library.
struct Session: Sendable {
  var output: any TextStream
  var diagnostics: any TextStream
  var environment: [String: String]
  /// Columns of the terminal that reports are laid out for.
  var columns: Int
  /// Where policies are looked for, and upwards; nil: they are not.
  var workingFolder: String?
  /// The day on which expiry is judged.
  var today = CalendarDate(of: Date())
  var makeInspection: @Sendable (InspectionOptions) -> Inspection

  /// The streams and the environment of this process.
  static func live() -> Session {
    let output = DescriptorStream(descriptor: STDOUT_FILENO)
    return Session(
      output: output, diagnostics: DescriptorStream(descriptor: STDERR_FILENO),
      environment: ProcessInfo.processInfo.environment, columns: output.columns ?? 100,
      workingFolder: FileManager.default.currentDirectoryPath,
      makeInspection: { Inspection(options: $0) })
  }

  /// One line on stderr for each input that could not be inspected.
  func report(_ failures: [InputFailure], in language: Language = .en) {
    for failure in failures { error(failure.input + ": " + language.failure(failure.message)) }
  }

  /// Writes the result of a command.
  ///
  /// A full disk must not pass for a short report, so failing to write it fails the command.
  func emit(_ text: String) -> ExitStatus {
    let code = output.write(text)
    if code == 0 { return .success }
    error("standard output: cannot write: " + String(cString: strerror(code)))
    return .unwritten
  }

  func notice(_ message: String) {
    diagnostics.write("shellcheck-model: note: " + printable(message) + "\n")
  }

  /// What was read over the network, which nobody should have to guess.
  func notice(of traffic: HubTraffic?) {
    guard let traffic else { return }
    notice(
      "\(Figures.bytes(Double(traffic.bytes))) read from the hub in \(traffic.requests) requests")
  }

  func error(_ message: String) {
    diagnostics.write("shellcheck-model: error: " + printable(message) + "\n")
  }

  /// Runs the body with a progress handler; the bar is gone when it returns.
  func withProgress<Result>(
    _ body: (@escaping ProgressHandler) async -> Result
  ) async -> Result {
    guard diagnostics.isTerminal, environment["TERM"] != "dumb" else { return await body { _ in } }
    let bar = ProgressBar(
      stream: diagnostics, columns: (diagnostics as? DescriptorStream)?.columns)
    let result = await body { bar.show($0) }
    bar.erase()
    return result
  }
}
