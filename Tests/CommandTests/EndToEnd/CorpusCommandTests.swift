import Compare
import Foundation
import TestSupport
import Testing

/// What keeps a corpus, run as its users run it.
@Suite struct CorpusCommandTests {
  private let sandbox: Sandbox
  private let base = Demo.reference("digits-mlp.safetensors")
  private let other = Demo.suspect("digits-mlp-twin.safetensors")

  init() throws { sandbox = try Sandbox() }

  private var corpus: String { sandbox.folder.path("corpus") }

  private func run(_ arguments: String...) async throws -> ToolProcess.Result {
    try await sandbox.run(arguments: ["corpus"] + arguments + ["--corpus", corpus])
  }

  private func answer(_ arguments: String...) async throws -> (JSONSchemaValue, Int32) {
    let run = try await sandbox.run(
      arguments: ["corpus"] + arguments + ["--corpus", corpus, "--format", "json"])
    let document = try JSONSchemaValue(parsing: run.output)
    #expect(try JSONSchema.published("corpus-1").violations(in: document) == [])
    return (document, run.status)
  }

  private func manifestViolations() throws -> [String] {
    let text = try String(contentsOfFile: corpus + "/manifest.json", encoding: .utf8)
    return try JSONSchema.published("corpus-manifest-1")
      .violations(in: try JSONSchemaValue(parsing: text))
  }

  @Test func calibrateSaysWhatPairsReachAndThatTheyAreTooFew() async throws {
    for (model, id) in [(base, "lab/base"), (other, "lab/twin")] {
      #expect(try await run("add", model, "--id", id).status == 0)
    }
    let text = try await run("calibrate")
    #expect(text.status == 0, "\(text.diagnostics)")
    #expect(text.output.contains("too few"))
    let kept = try String(contentsOfFile: corpus + "/calibration.json", encoding: .utf8)
    #expect(
      try JSONSchema.published("corpus-calibration-1").violations(
        in: JSONSchemaValue(parsing: kept)) == [])
    try FileManager.default.removeItem(atPath: corpus + "/calibration.json")
    let json = try await run("calibrate", "--no-keep", "--format", "json")
    #expect(!FileManager.default.fileExists(atPath: corpus + "/calibration.json"))
    let document = try JSONSchemaValue(parsing: json.output)
    #expect(try JSONSchema.published("calibration-1").violations(in: document) == [])
    #expect(document["models"] == .number(2))
    let none = try await sandbox.run("corpus", "calibrate", "--corpus", "nowhere")
    #expect(none.status == 2 && none.output.contains("none is of different lineage"))
  }

  /// Of a descendant p grows by a wider null, and stays far below every bound; evidence recomputes it.
  @Test func aCheckTakesTheWiderNull() async throws {
    _ = try await run("add", base, "--id", "lab/base")
    let copy = try sandbox.copy(
      Demo.suspect("mirror-digits/model.safetensors"), to: "copy/model.safetensors")
    let arguments = ["check", copy, "--ref", corpus, "--format", "json"]
    let theory = try await sandbox.run(arguments: arguments)
    #expect(!theory.output.contains("corpus calibrate"))
    let nulls =
      #"{"evidence":"numbers","samples":50,"location":0.5,"scale":1.5},"#
      + #"{"evidence":"parts","samples":50,"location":0,"scale":1.25}"#
    let digest = String(repeating: "a", count: 64)
    try sandbox.folder.write(
      "corpus/calibration.json",
      text: #"{"schema":1,"corpus":"\#(digest)","models":11,"pairs":55,"nulls":[\#(nulls)]}"#)
    let wider = try await sandbox.run(arguments: arguments + ["--evidence", "case"])
    #expect(wider.status == theory.status)
    #expect(wider.output.contains("scale 1.50"))
    #expect(!wider.output.contains("has too few pairs"))
    let verified = try await sandbox.run("verify", "case")
    #expect(verified.status == 0, "\(verified.output)")
    try sandbox.folder.write(
      "corpus/calibration.json",
      text: #"{"schema":1,"corpus":"\#(digest)","models":2,"pairs":1,"nulls":[]}"#)
    let few = try await sandbox.run(arguments: arguments)
    #expect(
      few.output.contains("has too few pairs like the subject and one reference (numbers, parts)"))
    try sandbox.folder.write("corpus/calibration.json", text: "{}")
    let broken = try await sandbox.run(arguments: arguments)
    #expect(broken.status == 2)
    #expect(broken.diagnostics.contains("the calibration does not have the schema 1"))
  }

  @Test func whatIsAddedIsListedShownVerifiedAndRemoved() async throws {
    let added = try await run(
      "add", base, "--id", "lab/base", "--alias", "mirror/base", "--licence", "mit", "--original",
      "--released", "2025-01-31")
    #expect(added.status == 0)
    #expect(added.output.hasPrefix("lab--base.fingerprint.safetensors  "))
    #expect(added.output.hasSuffix("  as lab/base\n"))
    let fingerprint = sandbox.folder.path("other.fingerprint.safetensors")
    _ = try await sandbox.run("fingerprint", other, "-o", fingerprint)
    #expect(
      try await run("add", fingerprint, "--id", "lab/other", "--parents", "lab/base").status == 0)
    #expect(try manifestViolations() == [])
    let again = try await run("add", base, "--id", "lab/base")
    #expect(again.output.hasPrefix("already there: lab--base"))
    let another = try await run("add", other, "--id", "lab/base")
    #expect(another.status == 73)
    #expect(another.diagnostics.contains("another model called 'lab/base'"))

    let list = try await run("list")
    #expect(list.status == 0)
    #expect(list.output.contains("2 references in \(corpus)"))
    #expect(list.output.contains("2025-01-31  original"))
    let (shown, _) = try await answer("show", "lab/base")
    #expect(shown["references"]?.array?.first?["fingerprint"]?["parameters"] != nil)
    let (verified, status) = try await answer("verify")
    #expect(status == 0)
    #expect(verified["issues"]?.array?.count == 0)
    let (removed, _) = try await answer("remove", "lab/other")
    #expect(removed["references"]?.array?.first?["state"] == .string("removed"))
    #expect(
      try CorpusManifest(path: corpus + "/manifest.json").references.map(\.id) == ["lab/base"])
    #expect(try await run("remove", "lab/other").status == 2)
  }

  /// What is declared by an alias is disclosed.
  @Test func aCheckUsesWhatTheCorpusKnows() async throws {
    _ = try await run("add", base, "--id", "lab/base", "--alias", "mirror/base")
    let copy = try sandbox.copy(
      Demo.suspect("mirror-digits/model.safetensors"), to: "copy/model.safetensors")
    let arguments = [copy, "--ref", corpus, "--format", "quiet"]
    #expect(try await sandbox.run(arguments: arguments).status == 1)
    #expect(
      try await sandbox.run(arguments: arguments + ["--declared", "mirror/base"]).status == 0)
  }

  @Test func verifyTellsDamageFromContradiction() async throws {
    _ = try await run("add", base, "--id", "lab/base", "--original")
    _ = try await run("add", base, "--id", "lab/copy", "--original")
    let contradicting = try await run("verify")
    #expect(contradicting.status == 1)
    #expect(contradicting.output.contains("lab/base, lab/copy: have the same weights"))
    try sandbox.folder.write("corpus/lab--copy.fingerprint.safetensors", text: "no fingerprint")
    let (damaged, status) = try await answer("verify")
    #expect(status == 2)
    #expect(damaged["issues"]?.array?.first?["kind"] == .string("damaged"))
  }

  @Test func anArchiveCarriesTheCorpusToAnotherMachine() async throws {
    _ = try await run("add", base, "--id", "lab/base", "--licence", "mit")
    let archive = sandbox.folder.path("corpus.tar")
    let (exported, _) = try await answer("export", archive)
    let digest = try #require(exported["archive"]?["sha256"]?.string)
    let far = sandbox.folder.path("far")
    let wrong = try await sandbox.run(
      "corpus", "import", archive, "--corpus", far, "--sha256", String(repeating: "0", count: 64))
    #expect(wrong.status == 2)
    #expect(wrong.diagnostics.contains(digest))
    let imported = try await sandbox.run(
      "corpus", "import", archive, "--corpus", far, "--sha256", digest)
    #expect(imported.status == 0)
    #expect(imported.output.hasSuffix("SHA-256 \(digest)\n"))
    let check = try await sandbox.run(
      Demo.suspect("mirror-digits"), "--ref", far, "--format", "quiet", "--declared", "lab/base")
    #expect(check.output.contains("lab/base"))
  }

  @Test func theUsersOwnCorpusIsTheDefault() async throws {
    let run = try await sandbox.run("corpus", "add", base, "--id", "lab/base")
    #expect(run.status == 0)
    let own = sandbox.folder.path("data/shellcheck-model/corpus/manifest.json")
    #expect(FileManager.default.fileExists(atPath: own))
    #expect(try await sandbox.run("corpus", "list").output.contains("lab/base"))
    #expect(
      try await sandbox.run(Demo.suspect("mirror-digits"), "--format", "quiet").output
        .contains("lab/base"))
  }

  @Test(arguments: [
    ["add"], ["add", "a", "b", "--id", "x"], ["add", "a", "--id", "../x"],
    ["add", "a", "--released", "2025-02-30"], ["add", "a", "--original", "--parents", "b"],
    ["show"], ["remove"], ["import", "a", "--sha256", "12"], ["list", "--format", "xml"],
  ])
  func wrongUsageIs64(arguments: [String]) async throws {
    let run = try await sandbox.run(arguments: ["corpus"] + arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
  }

  /// Twenty processes at once, each with a model of its own.
  @Test func twentyWritersAtOnceLoseNothing() async throws {
    var random = TestSupport.SplitMix64(seed: 9)
    for number in 1...20 {
      var builder = SafetensorsBuilder()
      builder.add(
        "a.weight", [16, 12], (0..<192).map { _ in Float.random(in: -1...1, using: &random) })
      try sandbox.folder.write("models/m\(number).safetensors", builder.bytes)
    }
    let tool = try ToolProcess.executable().path(percentEncoded: false)
    let run = try await ToolProcess.runShell(
      """
      seq 20 | xargs -P 20 -I@ "$1" corpus add "$2/models/m@.safetensors" --id lab/m@ \
        --alias shared/name --licence mit --corpus "$2/corpus" --threads 1 --no-cache
      """, arguments: [tool, sandbox.folder.path])
    #expect(run.status == 0, "\(run.diagnostics)")
    let manifest = try CorpusManifest(path: corpus + "/manifest.json")
    #expect(Set(manifest.references.map(\.id)) == Set((1...20).map { "lab/m\($0)" }))
    #expect(manifest.references.allSatisfy { $0.aliases == ["shared/name"] && $0.sha256 != nil })
    #expect(run.output.split(separator: "\n").count == 20)
    let files = try FileManager.default.contentsOfDirectory(atPath: corpus)
    #expect(files.count == 21)
    let (verified, status) = try await answer("verify")
    // The alias is one for all, which is the only thing wrong.
    #expect(status == 1)
    #expect(verified["issues"]?.array?.count == 1)
  }
}
