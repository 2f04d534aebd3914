import ArgumentParser
import Report
import ShellcheckModel

struct CalibrateCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract:
      "Hold references of different lineage against each other, and say what they reach.",
    discussion: """
      Verdicts rest on scores that are standard normal at most between independent models. This measures \
      it on pairs of this corpus, at most 2000, drawn by a hash of both ids: by kind of evidence, families \
      and size, how many there are, where their scores lie, and which is the largest. Models that the \
      manifest or a card gives a common lineage are not paired; what is beyond chance is left out and \
      counted, for it is related, or the null is too narrow for it.

      The corpus keeps it as calibration.json: where its pairs reach more than the theoretical null, verdicts \
      of checks against it take the wider of the two, and say so. A p-value can only grow by it. --no-keep \
      only says what was measured; removing the file takes it back.

      Exit status: 0, 2 if some reference could not be read, or 73 if it could not be written.
      """)

  @OptionGroup(title: "Corpus") var corpus: CorpusOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions

  @Flag(help: "Only say what was measured: verdicts take nothing from it.")
  var noKeep = false

  func perform(in session: Session) async -> ExitStatus {
    let keeper = corpus.keeper(effort.options(in: session))
    let measured = await session.withProgress { [noKeep] in
      await keeper.calibrate(keeps: !noKeep, progress: $0)
    }
    session.report(measured.failures)
    guard let result = measured.result else { return ExitStatus(measured.failures) }
    let writer = NullMeasurementWriter(options: WriterOptions(columns: session.columns))
    let status = session.emit(
      corpus.format == .json
        ? writer.json(result) : writer.text(result, corpus: measured.corpus, isKept: !noKeep))
    return status == .success ? ExitStatus(measured.failures) : status
  }
}
