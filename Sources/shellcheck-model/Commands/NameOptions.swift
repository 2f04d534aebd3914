import ArgumentParser
import Report

/// What a model is called in a corpus.
struct NameOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the corpus calls the one model, OWNER/NAME or a name.", valueName: "id"))
  var id: String?

  @Option(
    help: ArgumentHelp(
      "Another name under which models may declare it as their parent. May be repeated.",
      valueName: "name"))
  var alias: [String] = []

  func validate() throws { try Self.check([id].compactMap(\.self) + alias) }

  static func check(_ names: [String]) throws {
    for name in names where !ModelName.isValid(name) {
      throw ValidationError("'\(printable(name))' is not a name such as OWNER/NAME.")
    }
  }
}
