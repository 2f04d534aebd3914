import ArgumentParser
import Report
import ShellcheckModel

struct InspectCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the tensors of a model, what they were recognised as, and declared parents.",
    discussion: """
      Of a fingerprint the model is shown that it stands for; of a corpus the references are listed, \
      as `corpus list` does.

      Example:
        shellcheck-model inspect model.safetensors
      """)

  @Argument(help: "Checkpoint, shard index, folder, fingerprint or corpus.", completion: .file())
  var model: String

  @Option(
    name: [.customLong("color"), .customLong("colour")],
    help: ArgumentHelp(
      "Colour the output for terminals. NO_COLOR is respected.", valueName: "when"))
  var color: ColorChoice = .auto

  func validate() throws { try InputPath.validate([model]) }

  func perform(in session: Session) async -> ExitStatus {
    let choices = InspectionOptions(environment: session.environment)
    if CorpusKeeper.isCorpus(model) {
      session.notice("\(model) is a corpus: inspect one of its references to see its tensors")
      let reply = await CorpusKeeper(options: choices, folder: model).list()
      return CorpusOptions.deliver(reply, as: .text, in: session)
    }
    let inspection = session.makeInspection(choices)
    switch await inspection.inspect(model: model) {
    case .success(let description):
      let palette = color.palette(
        isTerminal: session.output.isTerminal, environment: session.environment)
      let options = WriterOptions(palette: palette, columns: session.columns)
      return session.emit(DescriptionWriter(options: options).write(description))
    case .failure(let failure):
      session.report([failure])
      return .failures
    }
  }
}
