import Foundation
import TestSupport
import Testing

/// A gate that inspected nothing says so, and never ends with status 0.
@Suite struct GreenOnNothingTests {
  private let reference = Demo.reference("tiny-llama")

  private func status(
    _ model: String, _ reference: String, in sandbox: Sandbox
  ) async throws -> (status: Int32, diagnostics: String) {
    let run = try await sandbox.run(
      model, "--ref", reference, "--fail-on", "none", "--no-cache", "--format", "quiet")
    return (run.status, run.diagnostics)
  }

  @Test func anEmptyFolderIsNotInspected() async throws {
    let sandbox = try Sandbox()
    let empty = sandbox.folder.path("empty")
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
    let model = try await status(empty, reference, in: sandbox)
    #expect(model.status == 2 && !model.diagnostics.isEmpty)
    let corpus = try await status(Demo.suspect("our-own-model"), empty, in: sandbox)
    #expect(corpus.status == 2 && !corpus.diagnostics.isEmpty)
  }

  @Test func anAdapterAloneIsNotInspected() async throws {
    let sandbox = try Sandbox()
    var adapter = SafetensorsBuilder()
    for layer in 0..<2 {
      for name in ["q_proj", "v_proj"] {
        let prefix = "base_model.model.model.layers.\(layer).self_attn.\(name)"
        let values = (0..<4 * 96).map { Float(($0 * 37 + layer * 11) % 101) / 101 - 0.5 }
        adapter.add(prefix + ".lora_A.weight", [4, 96], values)
        adapter.add(prefix + ".lora_B.weight", [96, 4], values.reversed())
      }
    }
    try sandbox.folder.write("adapter/adapter_model.safetensors", adapter.bytes)
    try sandbox.folder.write(
      "adapter/adapter_config.json",
      text: #"{"base_model_name_or_path": "another-llama", "peft_type": "LORA", "r": 4}"#)
    let run = try await status(sandbox.folder.path("adapter"), reference, in: sandbox)
    #expect(run.status == 2 && !run.diagnostics.isEmpty)
    let text = try await sandbox.run(
      sandbox.folder.path("adapter"), "--ref", reference, "--format", "tty")
    #expect(text.output.contains("Next        add the weights of its base"))
  }

  @Test(arguments: [true, false])
  func aShardThatCannotBeReadIsNotInspected(isThere: Bool) async throws {
    let sandbox = try Sandbox()
    let source = Demo.suspect("our-own-model") + "/model.safetensors"
    let whole = "model-00001-of-00002.safetensors"
    let other = "model-00002-of-00002.safetensors"
    _ = try sandbox.copy(source, to: "model/\(whole)")
    if isThere { try sandbox.folder.write("model/\(other)", [1, 2, 3]) }
    try sandbox.folder.write(
      "model/model.safetensors.index.json",
      text: """
        {"weight_map": {"lm_head.weight": "\(whole)", "model.norm.weight": "\(other)"}}
        """)
    let run = try await status(sandbox.folder.path("model"), reference, in: sandbox)
    #expect(run.status == 2 && !run.diagnostics.isEmpty)
  }

  /// Whether or not a parent was found.
  @Test(arguments: [
    ("honest-llama", "model-00001-of-00002.safetensors"), ("tiny-llama-chat", "other.safetensors"),
  ])
  func weightsThatCannotBeReadBesideAWholeModelAreNotCleared(
    suspect: String, stray: String
  ) async throws {
    let sandbox = try Sandbox()
    _ = try sandbox.copy(Demo.suspect(suspect), to: "model")
    try sandbox.folder.write("model/\(stray)", [0xA0, 0x0F, 0, 0, 0, 0, 0, 0, 0x7B])
    try sandbox.folder.write("policy.yml", text: "inconclusive: fail\n")
    let (model, policy) = (sandbox.folder.path("model"), sandbox.folder.path("policy.yml"))
    let run = try await status(model, reference, in: sandbox)
    #expect(run.status == 2 && run.diagnostics.contains("SCM6003"))
    // A level that lets errors pass does not open what the policy closed.
    for (options, expected) in [
      (["--format", "sarif", "--policy", policy], 1),
      (["--fail-on", "none", "--policy", policy], 2),
      (["--inconclusive", "pass"], Int32(0)),
    ] {
      let run = try await sandbox.run(arguments: [model, "--ref", reference] + options)
      #expect(run.status == expected, "\(options)")
    }
  }
}
