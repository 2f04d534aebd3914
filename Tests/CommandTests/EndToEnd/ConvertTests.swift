import Foundation
import TestSupport
import Testing

/// A saved report in other forms, and what reports state of how they came about.
@Suite struct ConvertTests {
  private func check(_ sandbox: Sandbox, _ options: String...) async throws -> ToolProcess.Result {
    try await sandbox.run(
      arguments: [
        Demo.suspect("mirror-digits"), Demo.suspect("our-own-model"), "--ref",
        Demo.reference("tiny-llama"), "--ref", Demo.reference("digits-mlp.safetensors"),
      ] + options)
  }

  @Test func aSavedReportIsWrittenAsIfTheWeightsWereThere() async throws {
    let sandbox = try Sandbox()
    let formats = ["html", "sarif", "junit", "quiet", "cyclonedx", "spdx"]
    let outputs = (formats + ["json"]).flatMap { ["--format", $0, "-o", "first-\($0)"] }
    let first = try await sandbox.run(
      arguments: [
        Demo.suspect("mirror-digits"), "--ref", Demo.reference("digits-mlp.safetensors"),
        "--hash-files",
      ] + outputs)
    #expect(first.status == 0, "\(first.diagnostics)")
    let again = try await sandbox.run(
      arguments: ["convert", "first-json"]
        + formats.flatMap { ["--format", $0, "-o", "second-\($0)"] })
    #expect(again.status == 0, "\(again.diagnostics)")
    for format in formats {
      let texts = try ["first-", "second-"].map {
        try String(contentsOfFile: sandbox.folder.path("here/" + $0 + format), encoding: .utf8)
      }
      #expect(texts[0] == texts[1], "\(format)")
    }
  }

  @Test func aReportThatWasChangedIsRefused() async throws {
    let sandbox = try Sandbox()
    let run = try await check(sandbox, "--format", "json")
    #expect(run.status == 1)
    try sandbox.folder.write(
      "here/changed.json",
      text: run.output.replacing(#""level": "error""#, with: #""level": "info""#))
    let changed = try await sandbox.run("convert", "changed.json")
    #expect(changed.status == 2)
    #expect(changed.diagnostics.contains("was changed after it was written"))
    #expect(changed.output.isEmpty)
  }

  @Test func aReportSaysHowItCameAboutAndWhichWeightsItIsAbout() async throws {
    let sandbox = try Sandbox()
    try sandbox.folder.write("here/own.yml", text: "fail-on: warning\n")
    let run = try await check(sandbox, "--format", "json", "--policy", "own.yml", "--hash-files")
    let document = try JSONSchemaValue(parsing: run.output)
    #expect(try JSONSchema.report().violations(in: document) == [])
    let invocation = try #require(document["invocation"])
    #expect(invocation["failOn"]?.string == "warning")
    let sum = try await ToolProcess.runShell(
      "sha256sum < \"$1\"", arguments: [sandbox.folder.path("here/own.yml")])
    #expect(invocation["policy"]?["sha256"]?.string == String(sum.output.prefix(64)))
    #expect(invocation["stamp"] == .null)
    // The command makes the report once more.
    let command = (invocation["command"]?.array ?? []).compactMap(\.string)
    #expect(command.first == "shellcheck-model")
    let again = try await sandbox.run(arguments: Array(command.dropFirst()))
    #expect(again.output == run.output)
    let listing = document["corpus"]?["listing"]?.array ?? []
    #expect(
      listing.compactMap { $0["id"]?.string } == ["digits-mlp.safetensors", "tiny-llama"])
    let files = document["reports"]?.array?.first?["subject"]?["files"]?.array ?? []
    #expect(!files.isEmpty && files.allSatisfy { $0["sha256"]?.string?.count == 64 })
    let tests = document["reports"]?.array?.first?["candidates"]?.array?.first?["tests"]?.array
    #expect((tests ?? []).allSatisfy { $0["log10P"]?.number ?? 1 <= 0 } && tests?.isEmpty == false)
  }

  @Test func whenAndWhereIsStatedOnRequestOnly() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), "--ref", Demo.reference("digits-mlp.safetensors"),
      "--format", "json", "--stamp", environment: ["SOURCE_DATE_EPOCH": "86400"])
    let stamp = try JSONSchemaValue(parsing: run.output)["invocation"]?["stamp"]
    #expect(stamp?["date"]?.string == "1970-01-02T00:00:00Z")
    #expect(stamp?["machine"]?.string?.isEmpty == false)
  }
}
