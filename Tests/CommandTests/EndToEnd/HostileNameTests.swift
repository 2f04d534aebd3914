import Foundation
import TestSupport
import Testing

@testable import Report

/// Names that steer a terminal, in every place a model has for them.
@Suite struct HostileNameTests {
  private static let hostile = "\u{1B}[2J\u{202E}lla\u{200B}ma\u{9B}31m\r\u{7}"

  /// A model whose folder, tensors, card and tokens have such names.
  private func model(in sandbox: Sandbox) throws -> String {
    var generator = SplitMix64(seed: 5)
    var file = SafetensorsBuilder()
    for layer in 0..<2 {
      let values = (0..<256).map { _ in Float.random(in: -1...1, using: &generator) }
      file.add("\(Self.hostile).\(layer).weight", [16, 16], values)
    }
    file.metadata = [Self.hostile: Self.hostile]
    let name = Self.hostile.replacing("\r", with: "")
    try sandbox.folder.write("\(name)/model.safetensors", file.bytes)
    let escaped = #""\e[2J\u202Ella\u200Bma\x9B31m\r\a""#
    try sandbox.folder.write(
      "\(name)/README.md", text: "---\nbase_model: [\(escaped)]\nlicense: \(escaped)\n---\n")
    try sandbox.folder.write(
      "\(name)/config.json", text: #"{"model_type":"\u001b[2J\u202ellama"}"#)
    return sandbox.folder.path(name)
  }

  private func expectNothingSteers(_ text: String, _ origin: Comment) {
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isUnprintable }, origin)
  }

  @Test func noReportOfAModelSteersATerminal() async throws {
    let sandbox = try Sandbox()
    let model = try model(in: sandbox)
    let formats = ReportFormats.all.map { $0.format }
    let run = try await sandbox.run(
      arguments: [
        "check", model, "--ref", Demo.reference("digits-mlp.safetensors"), "--detail", "tensors",
      ] + formats.flatMap { ["--format", $0, "--output", $0] })
    #expect(run.status != 64)
    expectNothingSteers(run.diagnostics, "diagnostics")
    for format in formats {
      let text = try String(contentsOfFile: sandbox.folder.path("here/\(format)"), encoding: .utf8)
      #expect(!text.isEmpty)
      expectNothingSteers(text, "\(format)")
    }
  }

  @Test func norDoesInspect() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run("inspect", try model(in: sandbox))
    #expect(run.status == 0)
    #expect(run.output.contains(#"\u{1B}[2J\u{202E}"#))
    expectNothingSteers(run.output, "output")
    expectNothingSteers(run.diagnostics, "diagnostics")
  }

  @Test func suchANameIsNoFileOfACorpus() async throws {
    let sandbox = try Sandbox()
    let refused = try await sandbox.run("fingerprint", try model(in: sandbox))
    #expect(refused.status == 73)
    #expect(refused.diagnostics.lowercased().contains(#"\u{1b}[2j\u{202e}"#))
    #expect(refused.diagnostics.contains("choose another with `--id`"))
    expectNothingSteers(refused.diagnostics, "diagnostics")
    let named = try await sandbox.run("fingerprint", try model(in: sandbox), "--id", "lab/plain")
    #expect(named.status == 0)
    expectNothingSteers(named.output, "output")
  }

  /// Foundation's path functions trap on names of one character.
  @Test(arguments: ["x", "./-", "./é"])
  func namesOfOneCharacterAreNames(name: String) async throws {
    let sandbox = try Sandbox()
    _ = try sandbox.copy(Demo.suspect("our-own-model") + "/model.safetensors", to: "here/" + name)
    for arguments in [
      ["check", name, "--ref", name, "--format", "quiet"], ["compare", name, name],
      ["inspect", name],
      ["fingerprint", name, "--into", "corpus"],
    ] {
      let run = try await sandbox.run(arguments: arguments)
      #expect([0, 1].contains(run.status), "\(arguments)")
      #expect(!run.output.isEmpty && run.diagnostics.isEmpty, "\(arguments)")
    }
  }
}
