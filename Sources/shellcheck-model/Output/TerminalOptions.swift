import ArgumentParser
import Report

/// Options of every command that writes texts for people.
struct TerminalOptions: ParsableArguments {
  @Option(
    name: [.customLong("color"), .customLong("colour")],
    help: ArgumentHelp(
      "Colour text for terminals. NO_COLOR is respected.", valueName: "when"))
  var color: ColorChoice = .auto

  @Option(
    help: ArgumentHelp(
      "Language of texts for people; auto: the locale's.", valueName: "language"))
  var lang: LanguageChoice = .en

  func language(in session: Session) -> Language {
    lang.language(environment: session.environment)
  }

  /// - Parameter isForOutput: whether the text goes to standard output, not into a file.
  func writerOptions(isForOutput: Bool = true, in session: Session) -> WriterOptions {
    WriterOptions(
      palette: color.palette(
        isTerminal: isForOutput && session.output.isTerminal, environment: session.environment),
      columns: session.columns, language: language(in: session),
      sourceDate: session.environment["SOURCE_DATE_EPOCH"].flatMap(Int.init))
  }
}
