import Foundation
import TestSupport
import Testing

/// Parsing, delivery and exit status, over a pipeline that is not the real one.
@Suite struct CommandTests {
  @Test(arguments: [
    ("clean", "info", 0), ("odd", "error", 0), ("odd", "warning", 1), ("odd", "info", 1),
    ("hidden", "error", 1), ("hidden", "none", 0), ("broken", "none", 2),
  ])
  func exitStatusFollowsFindingsAndFailures(model: String, failOn: String, status: Int32) async {
    let run = await Run(model, "--ref", "corpus", "--fail-on", failOn)
    #expect(run.status == status)
  }

  @Test func aFailedInputOutweighsFindingsAndTheOthersAreStillReported() async {
    let run = await Run("check", "broken.h5", "hidden", "--format", "quiet")
    #expect(run.status == 2)
    #expect(run.output.text == "hidden: no-evidence (0.79)\n")
    #expect(run.diagnostics.text == "shellcheck-model: error: broken.h5: truncated\\u{1B}[2J\n")
  }

  @Test func passesReferencesAndDeclaredParentsOn() async throws {
    let run = await Run(
      "m", "--ref", "a", "--ref", "b", "--declared", "p/q", "--format", "json")
    let document = try JSONSchemaValue(parsing: run.output.text)
    #expect(try JSONSchema.report().violations(in: document) == [])
    #expect(document["limits"] == .array([.string("a"), .string("b")]))
    #expect(document["subject"]?["declared"]?["baseModels"] == .array([.string("p/q")]))
  }

  @Test func comparesTwoModels() async {
    let run = await Run("compare", "hidden", "b", "--format", "quiet")
    #expect(run.status == 1)
    #expect(run.output.text.hasPrefix("hidden: "))
  }

  @Test func coloursOnlyTerminalsAndRespectsNoColor() async {
    func isColoured(_ run: Run) -> Bool { run.output.text.contains("\u{1B}[") }
    #expect(!isColoured(await Run("m")))
    #expect(isColoured(await Run("m", terminal: true)))
    #expect(!isColoured(await Run("m", terminal: true, environment: ["NO_COLOR": "1"])))
    #expect(!isColoured(await Run("m", terminal: true, environment: ["TERM": "dumb"])))
    #expect(!isColoured(await Run("m", "--color", "never", terminal: true)))
    #expect(isColoured(await Run("m", "--color", "always", environment: ["NO_COLOR": "1"])))
  }

  @Test func progressIsShownOnTerminalsOnlyAndErased() async {
    #expect(await Run("m").diagnostics.text.isEmpty)
    let shown = await Run("m", terminal: true).diagnostics.text
    #expect(shown.contains("50 B of 100 B"))
    #expect(shown.hasSuffix("\r\u{1B}[K"))
  }

  @Test func everyFormatGoesToItsOutput() async throws {
    try await withTemporaryFolder { folder in
      let json = folder.appending(path: "report 1.json")
      try Data("old".utf8).write(to: json)
      let run = await Run(
        "m", "--format", "quiet", "-o", "-", "--format", "json", "-o",
        json.path(percentEncoded: false))
      #expect(run.status == 0)
      #expect(run.output.text == "m: no-evidence (0.79)\n")
      let document = try JSONSchemaValue(parsing: String(contentsOf: json, encoding: .utf8))
      #expect(try JSONSchema.report().violations(in: document) == [])
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path())
      #expect(left == ["report 1.json"])
    }
  }

  @Test func aLinkIsFollowedNotReplaced() async throws {
    try await withTemporaryFolder { folder in
      let target = folder.appending(path: "target.json")
      let link = folder.appending(path: "link.json")
      try Data().write(to: target)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      _ = await Run("m", "--format", "quiet", "-o", link.path(percentEncoded: false))
      #expect(try String(contentsOf: target, encoding: .utf8) == "m: no-evidence (0.79)\n")
      let kept = try FileManager.default.destinationOfSymbolicLink(
        atPath: link.path(percentEncoded: false))
      #expect(kept == target.path(percentEncoded: false))
    }
  }

  @Test func aDeviceIsWrittenToNotReplaced() async throws {
    let run = await Run("m", "-o", "/dev/null")
    #expect(run.status == 0)
    #expect(run.diagnostics.text.isEmpty)
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func anOutputThatCannotBeWrittenIsStatus2() async {
    let run = await Run("m", "-o", "/no/such/folder/report.txt")
    #expect(run.status == 2)
    #expect(run.diagnostics.text.contains("/no/such/folder/report.txt: cannot write"))
  }

  @Test(arguments: [
    (["-o", "out.safetensors"], "out.safetensors  2.0 kB\n"),
    (["--into", "corpus"], "corpus/x  2.0 kB\n"),
    ([], "./x  2.0 kB\n"),
  ])
  func fingerprintsGoWhereTheyAreTold(options: [String], line: String) async {
    let run =
      options.isEmpty
      ? await Run("fingerprint", "m") : await Run("fingerprint", "m", options[0], options[1])
    #expect(run.status == 0)
    #expect(run.output.text == line)
  }

  @Test func inspectShowsTensorsWithoutTheirEscapeSequences() async {
    let run = await Run("inspect", "m.safetensors")
    #expect(run.status == 0)
    #expect(run.output.text.contains("a.\\u{1B}[1mweight"))
    #expect(run.output.text.contains("4×2"))
    #expect(await Run("inspect", "broken").status == 2)
  }

  private func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }
}
