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
    completion: .list(ReportFormats.all.map { $0.format }),
    transform: FormatName.init)
  var format: [FormatName] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the report to this file (- for standard output); the nth goes with the nth --format, "
        + "without which .json, .html, .md, .sarif and DIR/ say which it is. "
        + "A folder (DIR/) gets html as an index and a page for each model.",
      valueName: "file"),
    completion: .file())
  var output: [String] = []

  @Flag(
    help: ArgumentHelp(
      "Write a mergekit configuration that rebuilds a merge, in place of a report or after those of "
        + "--format."))
  var mergekit = false

  @Option(help: ArgumentHelp("How far down the report goes.", valueName: "level"))
  var detail: Detail = .model

  @OptionGroup var terminal: TerminalOptions

  /// Whether a format states the SHA-256 of the models' files.
  var needsFileDigests: Bool { formats.contains { $0.writer.needsFileDigests } }

  /// What was asked for; without --format what the file's name says.
  private var formats: [FormatName] {
    let named = mergekit ? format + [.mergekit] : format
    return named.isEmpty ? [FormatName.meant(by: output.first) ?? .tty] : named
  }

  /// Whether a format that was asked for goes to standard output.
  var writesToStandardOutput: Bool {
    isAskedForAny && formats.indices.contains { delivery.file($0) == nil }
  }

  private var isAskedForAny: Bool { mergekit || !format.isEmpty }

  private var delivery: Delivery { Delivery(outputs: output, formats: formats.count) }

  func validate() throws { try delivery.validate() }

  /// Writes every report that was asked for, and the failures to stderr.
  ///
  /// - Parameters:
  ///   - gate: decides from the findings whether the caller may go on.
  ///   - printsAcceptance: whether entries of a policy take the place of the report.
  func deliver(
    _ outcome: CheckOutcome, of invocation: Invocation, to gate: Gate,
    printsAcceptance: Bool = false, in session: Session
  ) -> ExitStatus {
    session.report(outcome.failures, in: terminal.language(in: session))
    session.notice(of: outcome.hubTraffic)
    let failed = ExitStatus(outcome.failures)
    if failed == .usage { return failed }
    var report = outcome.report
    report.invocation = invocation
    let said = gate.outcome(
      report.judgements, unread: outcome.failures.count, unreadModels: report.inputErrors.count)
    report.gate = said
    said.report(report, in: session)
    var written = ExitStatus.success
    if printsAcceptance { written = session.emit(AcceptanceWriter(gate: gate).write(report)) }
    if !printsAcceptance || isAskedForAny {
      let status = deliver(report, in: session)
      if status != .success { written = status }
    }
    if said.known > 0 {
      session.notice(
        "\(said.known) finding\(said.known == 1 ? " that fails is" : "s that fail are") known from the "
          + "baseline, and let pass")
    }
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
    for (index, format) in formats.enumerated() {
      var options = terminal.writerOptions(
        isForOutput: delivery.file(index) == nil, in: session)
      options.detail = detail
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
  static let mergekit = FormatName(writer: MergekitWriter.self)
  static let list = ReportFormats.all.map { $0.format }.joined(separator: "|")

  /// The format of a file that is named after it: nobody wants terminal text in report.json.
  static func meant(by file: String?) -> FormatName? {
    guard let file else { return nil }
    // The one format that is written as several files.
    if file.hasSuffix("/") { return FormatName.named(HTMLWriter.format) }
    let endings = [
      (".json", "json"), (".sarif", "sarif"), (".html", "html"), (".htm", "html"),
      (".md", "markdown"), (".cdx.json", "cyclonedx"), (".intoto.jsonl", "in-toto"),
      (".spdx.json", "spdx"), (".spdx3.json", "spdx"),
    ]
    let name = file.lowercased()
    return endings.last { name.hasSuffix($0.0) }.flatMap { named($0.1) }
  }

  private static func named(_ name: String) -> FormatName? {
    ReportFormats.named(name).map(FormatName.init(writer:))
  }

  private init(writer: any ReportWriter.Type) {
    self.writer = writer
  }

  init(_ name: String) throws {
    guard let writer = ReportFormats.named(name) else {
      throw ValidationError(
        "There is no format '\(printable(name))'; there are \(Self.list)."
          + NearName.hint(name, among: ReportFormats.all.map { $0.format }))
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
