import Foundation

/// The models that ship in `Corpus/Demo`.
enum Demo {
  /// The project's folder.
  static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let corpus = path("Corpus/Demo/references")

  static let suspectNames = [
    "digits-mlp-twin.safetensors", "helpdesk-lstm", "honest-llama", "mirror-digits",
    "our-own-model", "sentiment-lstm-twin.weights.h5", "tiny-llama-chat",
  ]

  static func reference(_ name: String) -> String { corpus + "/" + name }

  static func suspect(_ name: String) -> String { path("Corpus/Demo/suspects/" + name) }

  /// All suspects against the corpus in one run, with layers and tensors; made once for all tests.
  static func check() async throws -> ToolProcess.Result { try await allSuspects.value }

  private static let allSuspects = Task {
    try await Sandbox().run(
      arguments: ["check"] + suspectNames.map(suspect)
        + ["--ref", corpus, "--format", "json", "--detail", "tensors"])
  }

  /// A file that tests of reading have.
  static func fixture(_ name: String) -> String { path("Tests/LoadTests/Fixtures/" + name) }

  private static func path(_ relative: String) -> String {
    project.appending(path: relative).path(percentEncoded: false)
  }
}
