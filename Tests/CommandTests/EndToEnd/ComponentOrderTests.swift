import Foundation
import TestSupport
import Testing

/// The order of a set differs from process to process: nothing may depend on it.
@Suite struct ComponentOrderTests {
  /// Three embeddings of different widths, and a configuration that contradicts them all.
  private func model(in sandbox: Sandbox) throws -> String {
    var random = ModelRandom(seed: 12)
    var builder = SafetensorsBuilder()
    for (name, width) in [("a", 16), ("b", 24), ("vision", 32), ("encoder", 40), ("decoder", 48)] {
      builder.add("\(name).embed_tokens.weight", [64, width], random.floats(64 * width))
      builder.add("\(name).layers.0.mlp.up_proj.weight", [64, width], random.floats(64 * width))
    }
    try sandbox.folder.write("model/model.safetensors", builder.bytes)
    try sandbox.folder.write(
      "model/config.json",
      Array(#"{"hidden_size": 17, "vocab_size": 63, "num_hidden_layers": 9}"#.utf8))
    return sandbox.folder.path("model")
  }

  @Test func fiveProcessesWriteTheSameBytes() async throws {
    let sandbox = try Sandbox()
    let path = try model(in: sandbox)
    var reports: Set<String> = []
    var prints: Set<Data> = []
    for run in 0..<5 {
      let report = try await sandbox.run(
        arguments: ["check", path, "--ref", path, "--format", "json", "--no-cache"])
      #expect(report.output.hasPrefix("{"), "\(report.diagnostics)")
      reports.insert(report.output)
      let file = sandbox.folder.path("print\(run)")
      let made = try await sandbox.run(arguments: ["fingerprint", path, "-o", file])
      #expect(made.status == 0, "\(made.diagnostics)")
      prints.insert(try Data(contentsOf: URL(filePath: file)))
    }
    #expect(reports.count == 1)
    #expect(prints.count == 1)
  }
}
