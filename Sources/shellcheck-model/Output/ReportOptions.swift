import ArgumentParser
import Judge
import Report
import ShellcheckModel

/// Options of every command that writes a report.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Report format: \(FormatName.list). May be repeated, each with its --output.",
      valueName: "format"),
    transform: FormatName.init)
  var format: [FormatName] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the report to this file (- for standard output); the nth goes with the nth --format. "
        + "A folder (DIR/) gets html as an index and a page for each model.",
      valueName: "file"),
    completion: .file())
  var output: [String] = []

  @Option(help: ArgumentHelp("How far down the report goes.", valueName: "level"))
  var detail: Detail = .model

  @Option(
    help: ArgumentHelp(
      "Colour the report for terminals. NO_COLOR is respected.", valueName: "when"))
  var color: ColorChoice = .auto

  @Option(
    help: ArgumentHelp(
      "Language of reports for people (tty, markdown, html).", valueName: "language"))
  var lang: Language = .en

  /// Whether a format states the SHA-256 of the models' files.
  var needsFileDigests: Bool { format.contains { $0.writer.needsFileDigests } }

  private var delivery: Delivery { Delivery(outputs: output, formats: max(format.count, 1)) }

  func validate() throws { try delivery.validate() }

  /// Writes every report that was asked for, and the failures to stderr.
  ///
  /// - Parameter gate: decides from the findings whether the caller may go on.
  func deliver(
    _ outcome: CheckOutcome, of invocation: Invocation, to gate: Gate, in session: Session
  ) -> ExitStatus {
    session.report(outcome.failures)
    session.notice(of: outcome.hubTraffic)
    let failed = ExitStatus(outcome.failures)
    if failed == .usage { return failed }
    var report = outcome.report
    report.invocation = invocation
    let said = gate.outcome(
      report.judgements, unread: outcome.failures.count, unreadModels: report.inputErrors.count)
    report.gate = said
    said.report(report, in: session)
    let written = deliver(report, in: session)
    for finding in report.judgements.flatMap(\.findings) {
      guard let accepted = finding.accepted, accepted.expires < gate.today else { continue }
      session.notice(
        "\(finding.code.rawValue) of \(finding.location) was accepted until \(accepted.expires)")
    }
    return written == .success ? ExitStatus(said.status) : written
  }

  /// Writes every report that was asked for.
  ///
  /// - Returns: `unwritten` if one could not be.
  func deliver(_ report: ForensicReport, in session: Session) -> ExitStatus {
    var status = ExitStatus.success
    let formats = format.isEmpty ? [FormatName.tty] : format
    for (index, format) in formats.enumerated() {
      let options = WriterOptions(
        detail: detail,
        palette: color.palette(
          isTerminal: delivery.file(index) == nil && session.output.isTerminal,
          environment: session.environment),
        columns: session.columns, language: lang,
        sourceDate: session.environment["SOURCE_DATE_EPOCH"].flatMap(Int.init))
      let writer = format.writer.init(options: options)
      let isWritten =
        if let folder = delivery.folder(index), let writer = writer as? any PagedWriter {
          delivery.write(writer.pages(report), to: folder, in: session)
        } else {
          delivery.write(writer.write(report), index, in: session)
        }
      if !isWritten { status = .unwritten }
    }
    return status
  }
}

/// A format that this build can write.
struct FormatName: Sendable {
  let writer: any ReportWriter.Type

  static let tty = FormatName(writer: TTYWriter.self)
  static let list = ReportFormats.all.map { $0.format }.joined(separator: "|")

  private init(writer: any ReportWriter.Type) {
    self.writer = writer
  }

  init(_ name: String) throws {
    guard let writer = ReportFormats.named(name) else {
      throw ValidationError(
        "There is no format '\(printable(name))'; there are \(Self.list).")
    }
    self.writer = writer
  }
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// Colours for terminals only, and not against the environment's wishes, unless asked for.
  func palette(isTerminal: Bool, environment: [String: String]) -> Palette {
    switch self {
    case .always: .ansi
    case .never: .plain
    case .auto:
      isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        ? .ansi : .plain
    }
  }
}

extension Detail: ExpressibleByArgument {}
extension Language: ExpressibleByArgument {}
