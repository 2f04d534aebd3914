import Foundation
import TestSupport
import Testing

/// What a gate lets pass because somebody knows of it: entries to accept, and baselines.
@Suite struct BaselineTests {
  private let reference = Demo.reference("digits-mlp.safetensors")

  /// A model that hides its parent.
  private func hidden(_ sandbox: Sandbox) throws -> String {
    let model = try sandbox.copy(Demo.suspect("mirror-digits"), to: "here/model")
    try sandbox.folder.write("here/model/README.md", text: "---\nlicense: mit\n---\n")
    return model
  }

  @Test func printedEntriesAcceptWhatFailedOnceTheyAreFilledIn() async throws {
    let sandbox = try Sandbox()
    _ = try hidden(sandbox)
    let printed = try await sandbox.run("model", "--ref", reference, "--print-acceptance")
    #expect(printed.status == 1)
    #expect(printed.output.contains("- code: SCM3001"))
    #expect(printed.output.hasPrefix("accept:\n"))
    try sandbox.folder.write("here/.shellcheck-model.yml", text: printed.output)
    let empty = try await sandbox.run("model", "--ref", reference)
    #expect(empty.status == 64, "\(empty.diagnostics)")
    let filled = printed.output.replacing(#"reason: """#, with: #"reason: "agreed""#)
      .replacing("YYYY-MM-DD", with: "2126-12-31")
    try sandbox.folder.write("here/.shellcheck-model.yml", text: filled)
    let accepted = try await sandbox.run("model", "--ref", reference)
    #expect(accepted.status == 0, "\(accepted.output)")
    let nothing = try await sandbox.run("model", "--ref", reference, "--print-acceptance")
    #expect(nothing.output == "# nothing stops the gate\n")
  }

  @Test func whatABaselineHasIsShownAndDoesNotFail() async throws {
    let sandbox = try Sandbox()
    _ = try hidden(sandbox)
    let first = try await sandbox.run(
      "model", "--ref", reference, "--format", "json", "-o", "old.json")
    #expect(first.status == 1)
    let again = try await sandbox.run("model", "--ref", reference, "--baseline", "old.json")
    #expect(again.status == 0)
    #expect(again.output.contains("SCM3001"))
    #expect(again.output.contains("known from the baseline"))
    #expect(again.diagnostics.contains("known from the baseline"))
    // The same weights elsewhere are the same model; the finding of another one is new.
    let moved = try sandbox.copy(sandbox.folder.path("here/model"), to: "here/moved")
    let elsewhere = try await sandbox.run(moved, "--ref", reference, "--baseline", "old.json")
    #expect(elsewhere.status == 0)
    let other = try await sandbox.run(
      Demo.suspect("our-own-model"), "--ref", Demo.reference("tiny-llama"), "--baseline",
      "old.json")
    #expect(other.status == 1)
    try sandbox.folder.write("here/none.json", text: "{}")
    let none = try await sandbox.run("model", "--ref", reference, "--baseline", "none.json")
    #expect(none.status == 64)
  }

  @Test func theHookChecksEachModelOnce() async throws {
    let sandbox = try Sandbox()
    for file in ["m/config.json", "m/model.safetensors", "m/README.md", "docs/README.md", "x.gguf"]
    {
      try sandbox.folder.write("here/" + file, text: "")
    }
    let hook = Demo.project.appending(path: "scripts/pre-commit").path(percentEncoded: false)
    let run = try await ToolProcess.runShell(
      "cd \"$1\" && shift && exec \"$@\"",
      arguments: [
        sandbox.folder.path("here"), hook, "--ref=r", "m/README.md", "m/config.json",
        "docs/README.md", "x.gguf",
      ], environment: ["TOOL": "echo"])
    #expect(run.output == "check --ref=r -- ./m ./x.gguf\n", "\(run.diagnostics)")
  }

  /// Names of folders come from whoever contributes.
  @Test func theHookTakesNoFileForAnOptionOrAnAddress() async throws {
    let sandbox = try Sandbox()
    for folder in ["--baseline=x", "hub:lab/clean"] {
      for file in ["config.json", "model.safetensors"] {
        try sandbox.folder.write("here/" + folder + "/" + file, text: "")
      }
    }
    let hook = Demo.project.appending(path: "scripts/pre-commit").path(percentEncoded: false)
    let run = try await ToolProcess.runShell(
      "cd \"$1\" && shift && exec \"$@\"",
      arguments: [
        sandbox.folder.path("here"), hook, "--ref=r", "--baseline=x/config.json",
        "hub:lab/clean/model.safetensors",
      ], environment: ["TOOL": "echo"])
    #expect(
      run.output == "check --ref=r -- ./--baseline=x ./hub:lab/clean\n", "\(run.diagnostics)")
  }
}
