import Foundation
import TestSupport
import Testing

/// Evidence packs: verdicts that a third party recomputes without the weights.
@Suite struct EvidenceTests {
  /// A pack of one model, made once for all tests, each of which works on a copy.
  private static let pack = Task {
    let sandbox = try Sandbox()
    try sandbox.folder.write("here/own.yml", text: "fail-on: warning\ndeclared: [lab/unseen]\n")
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), "--ref", Demo.reference("digits-mlp.safetensors"),
      "--policy", "own.yml", "--evidence", "pack", "--format", "quiet")
    return (sandbox, run)
  }

  /// A folder of its own with a copy of the pack.
  private func copy() async throws -> Sandbox {
    let (sandbox, run) = try await Self.pack.value
    try #require(run.status == 0 || run.status == 1, "\(run.diagnostics)")
    let other = try Sandbox()
    _ = try other.copy(sandbox.folder.path("here/pack"), to: "here/pack")
    return other
  }

  private func change(
    _ path: String, in sandbox: Sandbox, _ edit: (inout Data) -> Void
  ) throws {
    let file = URL(filePath: sandbox.folder.path("here/pack/" + path))
    var data = try Data(contentsOf: file)
    edit(&data)
    try data.write(to: file)
  }

  @Test func aPackGivesTheSameVerdictElsewhereAndWithoutTheWeights() async throws {
    let sandbox = try await copy()
    let (_, made) = try await Self.pack.value
    let run = try await sandbox.run("verify", "pack")
    #expect(run.status == 0, "\(run.output) \(run.diagnostics)")
    #expect(run.output.contains("✓ same verdict"))
    #expect(run.output.contains("same verdict, findings and numbers"))
    let stated = try #require(made.diagnostics.firstMatch(of: /manifest\.json is ([0-9a-f]{64})/))
    let sum = try await ToolProcess.runShell(
      "sha256sum < \"$1\"", arguments: [sandbox.folder.path("here/pack/manifest.json")])
    #expect(sum.output.hasPrefix(stated.1))
    let held = try await sandbox.run("verify", "pack", "--sha256", String(stated.1), "--lang", "zh")
    #expect(held.status == 0)
    #expect(held.output.contains("判定相同"))
  }

  @Test func theReferencesOfAPackAreACorpus() async throws {
    let sandbox = try await copy()
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), "--ref", "pack/references", "--format", "quiet")
    #expect(run.output.contains("derived from digits-mlp"), "\(run.diagnostics)")
  }

  @Test func whatOnlyWeightsCanShowIsTakenFromThePackAndSaidToBe() async throws {
    let sandbox = try Sandbox()
    let check = try await sandbox.run(
      "compare", Demo.suspect("our-own-model"), Demo.reference("tiny-llama"), "--evidence", "pack")
    #expect(check.status < 2, "\(check.diagnostics)")
    let run = try await sandbox.run("verify", "pack")
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("not recomputed, taken from the pack: what undoing a disguise"))
  }

  @Test func aPackWithAChangedMissingOrAddedFileIsRefused() async throws {
    let sandbox = try await copy()
    let fingerprint = "references/01-digits-mlp.safetensors.fingerprint.safetensors"
    let whole = try Data(
      contentsOf: URL(filePath: sandbox.folder.path("here/pack/" + fingerprint)))
    try change(fingerprint, in: sandbox) { $0[$0.count - 9] ^= 1 }
    let changed = try await sandbox.run("verify", "pack")
    #expect(changed.status == 2)
    #expect(changed.diagnostics.contains("was changed: its SHA-256 is"))
    #expect(changed.output.isEmpty)
    try change(fingerprint, in: sandbox) { $0 = whole }
    try sandbox.folder.write("here/pack/references/more.json", text: "{}")
    let added = try await sandbox.run("verify", "pack")
    #expect(added.status == 2)
    #expect(added.diagnostics.contains("which its manifest does not name"))
    try FileManager.default.removeItem(
      atPath: sandbox.folder.path("here/pack/references/more.json"))
    try FileManager.default.removeItem(atPath: sandbox.folder.path("here/pack/policy.yml"))
    let missing = try await sandbox.run("verify", "pack")
    #expect(missing.status == 2)
    #expect(missing.diagnostics.contains("is missing"))
    try FileManager.default.createSymbolicLink(
      atPath: sandbox.folder.path("here/pack/policy.yml"), withDestinationPath: "/etc/hostname")
    let linked = try await sandbox.run("verify", "pack")
    #expect(linked.status == 2)
    #expect(linked.diagnostics.contains("is no regular file"))
  }

  @Test func aPackThatWasChangedWithItsDigestsGivesAnotherVerdict() async throws {
    let sandbox = try await copy()
    try change("manifest.json", in: sandbox) { data in
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text.replacing(#""attempts" : 1"#, with: #""attempts" : 2"#).utf8)
    }
    let run = try await sandbox.run("verify", "pack")
    #expect(run.status == 1)
    #expect(run.output.contains("✗ not the same verdict"))
    #expect(run.output.contains("log10P: reported"))
    let held = try await sandbox.run(
      "verify", "pack", "--sha256", String(repeating: "0", count: 64))
    #expect(held.status == 2)
  }

  @Test func noManifestHoweverDamagedEndsInMoreThanAnError() async throws {
    let sandbox = try await copy()
    let path = sandbox.folder.path("here/pack/manifest.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let mutants =
      [0.1, 0.5, 0.9].map { String(text.prefix(Int(Double(text.count) * $0))) } + [
        "", "[]", "{}", #"{"schema": "shellcheck-model/evidence/2"}"#,
        text.replacing(#""attempts" : 1"#, with: #""attempts" : 9223372036854775807"#),
        text.replacing(#""path" : "policy.yml""#, with: #""path" : "../../own.yml""#),
        text.replacing("subjects/01/mirror-digits", with: "references/../manifest"),
        text.replacing(#""digits-mlp.safetensors""#, with: #""nobody""#),
        text.replacing(/"bytes" : \d+/, with: #""bytes" : 9223372036854775807"#),
        text.replacing(/"bytes" : \d+/, with: #""bytes" : 7"#),
        text.replacing(
          #""addedLimits" : ["#,
          with: #""addedLimits" : [{"mergeFailed": {"base": "a", "problem": "b"}}, {"#
            + #""mergeFailed": {"base": "a", "problem": "b"}}"#),
        text.replacing(#""roundings" : ["#, with: #""roundings" : ["# + Self.repeated),
        text.replacing(
          #""roundings" : ["#,
          with: #""kinValues" : {"members": ["a", "a", "b"], "matrices": []}, "roundings" : ["#),
      ]
    for mutant in mutants {
      try Data(mutant.utf8).write(to: URL(filePath: path))
      let run = await CommandRun("verify", sandbox.folder.path("here/pack"))
      #expect(run.status == 2, "\(mutant.prefix(60)): \(run.output.text)")
      #expect(run.diagnostics.text.contains("error: "))
    }
  }

  /// A matrix that stands twice.
  private static let repeated =
    #"{"reference": "a", "matrices": [\#(matrix), \#(matrix)]}"#
  private static let matrix =
    #"{"index": 0, "parameters": 9, "values": 9, "strayShare": 0, "ratio": 1, "resolution": 0, "#
    + #""outcome": "nearest"}"#

  @Test func aReportThatWasChangedWithItsDigestsIsNoMatterOfAnotherBuild() async throws {
    let sandbox = try await copy()
    try change("report.json", in: sandbox) { data in
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text.replacing(/"version": "[^"]*"/, with: #""version": "9.9.9""#).utf8)
    }
    let report = try Data(
      contentsOf: URL(filePath: sandbox.folder.path("here/pack/report.json")))
    let sum = try await ToolProcess.runShell(
      "sha256sum < \"$1\"", arguments: [sandbox.folder.path("here/pack/report.json")])
    try change("manifest.json", in: sandbox) { data in
      var text = String(decoding: data, as: UTF8.self)
      let entry = /"bytes" : \d+,\s*"path" : "report.json",\s*"sha256" : "[0-9a-f]+"/
      text.replace(
        entry,
        with: #""bytes" : \#(report.count), "path" : "report.json", "sha256" : ""#
          + sum.output.prefix(64) + "\"")
      data = Data(text.utf8)
    }
    let run = try await sandbox.run("verify", "pack")
    #expect(run.status != 0, "\(run.output)")
  }

  @Test func evidenceGoesToAFolderOfItsOwn() async throws {
    let sandbox = try Sandbox()
    let model = try sandbox.copy(Demo.suspect("mirror-digits"), to: "here/model")
    try sandbox.folder.write("here/full/file", text: "1")
    let reference = Demo.reference("digits-mlp.safetensors")
    let before = try Sandbox.listing(of: model)
    for (folder, words) in [("full", "is not empty"), ("model/pack", "lies within")] {
      let run = try await sandbox.run(model, "--ref", reference, "--evidence", folder)
      #expect(run.status == 64)
      #expect(run.diagnostics.contains(words))
      #expect(run.output.isEmpty)
    }
    #expect(try Sandbox.listing(of: model) == before)
    let quick = try await sandbox.run(model, "--ref", reference, "--quick", "--evidence", "pack")
    #expect(quick.status == 64)
  }
}
