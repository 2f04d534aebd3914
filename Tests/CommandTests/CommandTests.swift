import Foundation
import Judge
import Report
import TestSupport
import Testing

/// Parsing, delivery and exit status, in this process.
@Suite struct CommandTests {
  private let models: CommandModels

  init() throws {
    models = try CommandModels.shared.get()
  }

  /// A check of models against the reference.
  private func check(
    _ names: String..., options: [String] = [], terminal: Bool = false,
    environment: [String: String] = [:]
  ) async -> CommandRun {
    await CommandRun(
      arguments: names.map(models.path) + ["--ref", models.reference] + options,
      terminal: terminal, environment: environment)
  }

  @Test(arguments: [
    ("clean", "info", 0), ("odd", "error", 2), ("odd", "warning", 1), ("odd", "none", 2),
    ("hidden", "error", 1), ("hidden", "none", 0), ("broken", "none", 2),
  ])
  func exitStatusFollowsFindingsAndFailures(model: String, failOn: String, status: Int32) async {
    let run = await check(model, options: ["--fail-on", failOn])
    #expect(run.status == status)
  }

  /// A gate must not open because it saw nothing, unless somebody said that it may.
  @Test(arguments: [("stop", 2), ("pass", 0), ("warn", 0), ("fail", 1)])
  func whatNothingCanBeSaidOfStopsUnlessItMayPass(choice: String, status: Int32) async {
    let run = await check("odd", options: ["--inconclusive", choice])
    #expect(run.status == status)
    #expect(run.diagnostics.text.contains("could not be cleared") == (choice == "stop"))
  }

  @Test func theGateSaysInItsOwnLineWhatItDid() async {
    func gate(_ run: CommandRun) -> String? {
      run.output.text.split(separator: "\n").first { $0.contains("  Gate") }.map(String.init)
    }
    #expect(gate(await check("clean"))?.contains("✓ passes") == true)
    #expect(gate(await check("odd"))?.contains("(exit status 2)") == true)
    let many = await check("clean", "hidden")
    #expect(gate(many)?.contains("✗ 1 of 2 fail: error or above (exit status 1)") == true)
    #expect(many.output.text.count { $0 == "✓" } == 0)
  }

  @Test(arguments: [["--format", "html"], []])
  func aFolderGetsAPageForEachModel(format: [String]) async throws {
    let folder = try TemporaryFolder()
    let run = await check(
      "clean", "hidden", options: format + ["-o", folder.path("pages/")])
    #expect(run.status == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("pages")).sorted()
    #expect(names == ["index.html", "model-1.html", "model-2.html"])
    let index = try String(contentsOfFile: folder.path("pages/index.html"), encoding: .utf8)
    // The worst first.
    let first = try #require(index.range(of: "model-2.html"))
    let second = try #require(index.range(of: "model-1.html"))
    #expect(first.lowerBound < second.lowerBound)
  }

  @Test func aFailedInputOutweighsFindingsAndTheOthersAreStillReported() async {
    let run = await check("broken", "hidden", options: ["--format", "quiet"])
    #expect(run.status == 2)
    #expect(run.output.text.hasPrefix("hidden.safetensors: related to digits-mlp.safetensors"))
    #expect(run.output.text.contains(", error SCM3001\n"))
    #expect(run.output.text.hasSuffix("broken.safetensors: not inspected\n"))
    #expect(run.output.text.count { $0 == "\n" } == 2)
    let broken = models.path("broken")
    #expect(run.diagnostics.text.hasPrefix("shellcheck-model: error: \(broken): "))
    #expect(run.diagnostics.text.count { $0 == "\n" } == 1)
  }

  @Test func passesReferencesAndDeclaredParentsOn() async throws {
    let run = await check(
      "hidden",
      options: ["--ref", models.path("clean"), "--declared", "lab/digits-mlp", "--format", "json"])
    #expect(run.status == 0)
    let envelope = try JSONSchemaValue(parsing: run.output.text)
    #expect(try JSONSchema.report().violations(in: envelope) == [])
    let document = try #require(envelope["reports"]?.array?.first)
    #expect(
      document["candidates"]?.array?.map { $0["reference"]?.string }
        == ["digits-mlp.safetensors", "clean.safetensors"])
    #expect(document["subject"]?["declared"]?["baseModels"] == .array([.string("lab/digits-mlp")]))
  }

  @Test func comparesTwoModels() async {
    let run = await CommandRun(
      "compare", models.path("hidden"), models.reference, "--format", "quiet")
    // Either may be the original: a warning.
    #expect(run.status == 0)
    #expect(run.output.text.hasPrefix("hidden.safetensors: related"))
  }

  @Test func coloursOnlyTerminalsAndRespectsNoColor() async {
    func isColoured(_ run: CommandRun) -> Bool { run.output.text.contains("\u{1B}[") }
    #expect(!isColoured(await check("clean")))
    #expect(isColoured(await check("clean", terminal: true)))
    #expect(!isColoured(await check("clean", terminal: true, environment: ["NO_COLOR": "1"])))
    #expect(!isColoured(await check("clean", terminal: true, environment: ["TERM": "dumb"])))
    #expect(!isColoured(await check("clean", options: ["--color", "never"], terminal: true)))
    #expect(
      isColoured(
        await check("clean", options: ["--color", "always"], environment: ["NO_COLOR": "1"])))
  }

  @Test func progressIsShownOnTerminalsOnlyAndErased() async {
    #expect(await check("clean").diagnostics.text.isEmpty)
    let shown = await check("clean", terminal: true).diagnostics.text
    #expect(shown.contains(" kB"))
    #expect(shown.hasSuffix("\r\u{1B}[K"))
  }

  @Test func everyFormatGoesToItsOutput() async throws {
    let folder = try TemporaryFolder()
    let json = try folder.write("report 1.json", text: "old")
    let run = await check(
      "clean", options: ["--format", "quiet", "-o", "-", "--format", "json", "-o", json])
    #expect(run.status == 0)
    #expect(run.output.text.hasPrefix("clean.safetensors: no-evidence"))
    let document = try JSONSchemaValue(parsing: String(contentsOfFile: json, encoding: .utf8))
    #expect(try JSONSchema.report().violations(in: document) == [])
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left == ["report 1.json"])
  }

  @Test func aLinkIsFollowedNotReplaced() async throws {
    let folder = try TemporaryFolder()
    let target = try folder.write("target.json", [])
    let link = folder.path("link.json")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    _ = await check("clean", options: ["--format", "quiet", "-o", link])
    #expect(
      try String(contentsOfFile: target, encoding: .utf8)
        .hasPrefix("clean.safetensors: no-evidence"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
  }

  @Test func aDeviceIsWrittenToNotReplaced() async throws {
    let run = await check("clean", options: ["-o", "/dev/null"])
    #expect(run.status == 0)
    #expect(run.diagnostics.text.isEmpty)
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func anOutputThatCannotBeWrittenIsStatus73() async {
    let run = await check("clean", options: ["-o", "/no/such/folder/report.txt"])
    #expect(run.status == 73)
    #expect(run.diagnostics.text.contains("/no/such/folder/report.txt: cannot write"))
  }

  @Test func fingerprintsGoWhereTheyAreTold() async throws {
    let folder = try TemporaryFolder()
    for (options, file) in [
      (["-o", folder.path("out.safetensors")], "out.safetensors"),
      (["--into", folder.path("corpus")], "corpus/clean.safetensors.fingerprint.safetensors"),
    ] {
      let run = await CommandRun(arguments: ["fingerprint", models.path("clean")] + options)
      #expect(run.status == 0)
      #expect(run.output.text.hasPrefix(folder.path(file) + "  "))
      #expect(FileManager.default.fileExists(atPath: folder.path(file)))
    }
  }

  @Test(arguments: Language.allCases, ["SCM3001", "undeclared-parent"])
  func explainPrintsThePageInTheLanguageThatIsAskedFor(language: Language, name: String) async {
    let run = await CommandRun("explain", name, "--lang", language.rawValue)
    #expect(run.status == 0)
    #expect(run.output.text == FindingPages.page(of: .undeclaredParent, in: language))
    let title = language == .zh ? "未声明的父模型（undeclared-parent）" : "undeclared-parent"
    #expect(run.output.text.hasPrefix("# SCM3001 \(title)\n"))
  }

  @Test(arguments: [["explain", "SCM9999"], ["explain", "SCM3001", "--lang", "fr"]])
  func explainRefusesWhatItDoesNotKnow(arguments: [String]) async {
    let run = await CommandRun(arguments: arguments)
    #expect(run.status == 64)
    #expect(run.output.text.isEmpty && !run.diagnostics.text.isEmpty)
  }

  @Test func inspectShowsTensorsWithoutTheirEscapeSequences() async {
    let run = await CommandRun("inspect", models.path("odd"))
    #expect(run.status == 0)
    #expect(run.output.text.contains("a.\\u{1B}[1mweight"))
    #expect(run.output.text.contains("4×2"))
    #expect(await CommandRun("inspect", models.path("broken")).status == 2)
  }
}
