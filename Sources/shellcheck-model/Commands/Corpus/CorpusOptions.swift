import ArgumentParser
import Report
import ShellcheckModel

/// Options of every command that keeps a corpus.
struct CorpusOptions: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(
    help: ArgumentHelp(
      "Folder of the corpus (default: SHELLCHECK_MODEL_CORPUS, else the user's own).",
      valueName: "folder"),
    completion: .directory)
  var corpus: String?

  @Option(help: ArgumentHelp("Form of the answer: text or json.", valueName: "format"))
  var format: Form = .text

  func validate() throws { try InputPath.validate([corpus].compactMap(\.self)) }

  func keeper(_ options: InspectionOptions) -> CorpusKeeper {
    CorpusKeeper(options: options, folder: corpus)
  }

  /// Says what came of it.
  ///
  /// - Returns: 0; 2 for what could not be read, damage among it; 73 for what could not be written.
  func deliver(_ reply: CorpusReply, in session: Session) -> ExitStatus {
    Self.deliver(reply, as: format, in: session)
  }

  static func deliver(_ reply: CorpusReply, as form: Form, in session: Session) -> ExitStatus {
    session.report(reply.failures.map { InputFailure(input: $0.input, message: $0.message) })
    if reply.isMisused { return .usage }
    let text =
      switch form {
      case .json: CorpusJSONWriter.write(reply)
      case .text:
        CorpusTextWriter.write(reply, options: WriterOptions(columns: session.columns))
      }
    let status = session.emit(text)
    guard status == .success else { return status }
    if reply.isUnwritten { return .unwritten }
    return reply.failures.isEmpty && !reply.hasDamage ? .success : .failures
  }
}
