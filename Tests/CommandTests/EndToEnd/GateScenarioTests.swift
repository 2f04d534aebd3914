import Foundation
import TestSupport
import Testing

/// The gate in a repository: a model folder, a corpus with its parent, and a policy
/// (`docs/ci-gate.md` has the same table).
@Suite struct GateScenarioTests {
  @Test func declaredFineTunePasses() async throws {
    let gate = try await GateRepository()
    let run = try await gate.check()
    #expect(run.status == 0)
    #expect(run.findings == ["SCM2002": "info"])
  }

  @Test func undeclaredFineTuneFails() async throws {
    let gate = try await GateRepository()
    try gate.writeCard("model", "license: apache-2.0")
    let run = try await gate.check()
    #expect(run.status == 1)
    #expect(run.findings == ["SCM2006": "info", "SCM3001": "error"])
  }

  @Test(arguments: ["apache-2.0", "mit", "openrail"])
  func permissivelyRelabelledChildOfANonCommercialParentFails(licence: String) async throws {
    let gate = try await GateRepository()
    try gate.writeCard("references/tiny-llama", "license: cc-by-nc-4.0")
    try gate.writeCard("model", "license: \(licence)\nbase_model: tiny-llama")
    let run = try await gate.check()
    #expect(run.status == 1)
    #expect(run.findings["SCM4001"] == "error")
    #expect(
      run.report["findings"]?.array?.contains {
        $0["evidence"]?["parentLicence"]?.string == "cc-by-nc-4.0"
      } == true)
  }

  @Test func honestlyLabelledChildOfANonCommercialParentPasses() async throws {
    let gate = try await GateRepository()
    try gate.writeCard("references/tiny-llama", "license: cc-by-nc-4.0")
    try gate.writeCard("model", "license: cc-by-nc-4.0\nbase_model: tiny-llama")
    let run = try await gate.check()
    #expect(run.status == 0)
    #expect(run.findings == ["SCM2002": "info"])
  }

  /// Declared or not: nobody disguises what there is no reason to hide.
  @Test func obfuscatedCopyFails() async throws {
    let gate = try await GateRepository()
    try gate.disguise()
    let run = try await gate.check()
    #expect(run.status == 1)
    #expect(run.findings["SCM5001"] == "error")
    #expect(run.findings["SCM3001"] == nil)
  }

  @Test func missingNoticeIsAWarning() async throws {
    let gate = try await GateRepository()
    try gate.folder.write("references/tiny-llama/NOTICE", text: "Tiny Llama, the demo's authors")
    let run = try await gate.check()
    #expect(run.status == 0)
    #expect(run.findings == ["SCM2002": "info", "SCM4002": "warning"])
    #expect(try await gate.check("--fail-on", "warning").status == 1)
    try gate.folder.write("model/NOTICE", text: "Made from Tiny Llama, the demo's authors")
    #expect(try await gate.check().findings == ["SCM2002": "info"])
  }

  @Test func acceptedEntrySilencesOneFindingUntilItsDay() async throws {
    let gate = try await GateRepository()
    try gate.writeCard("references/tiny-llama", "license: cc-by-nc-4.0")
    try gate.writeCard("model", "license: apache-2.0")
    let before = try await gate.check()
    #expect(before.findings.filter { $0.value == "error" }.keys.sorted() == ["SCM3001"])
    // Who came first is open, so the licence is no more than a warning.
    #expect(before.findings["SCM4001"] == "warning")
    let digest = try #require(before.report["subject"]?["digest"]?.string)
    func accept(_ codes: String...) throws {
      try gate.folder.write(
        ".shellcheck-model.yml",
        text: "accept:\n"
          + codes.map {
            "- {code: \($0), subject: \(digest), reason: agreed, expires: 2026-06-30}\n"
          }.joined())
    }
    try accept("SCM3001")
    let one = try await gate.check("--date", "2026-06-30")
    #expect(one.status == 0)
    #expect(one.accepted == ["SCM3001"])
    #expect(one.findings == before.findings)
    try accept("SCM3001", "SCM4001")
    let both = try await gate.check("--date", "2026-06-30")
    #expect(both.status == 0)
    #expect(both.accepted == ["SCM3001", "SCM4001"])
    let late = try await gate.check("--date", "2026-07-01")
    #expect(late.status == 1)
    #expect(late.diagnostics.contains("SCM3001 of model was accepted until 2026-06-30"))
    #expect(late.text == both.text)
    #expect(late.unused == [])
    // What was put right needs no acceptance any more.
    try gate.writeCard("model", "license: apache-2.0\nbase_model: demo/tiny-llama")
    let declared = try await gate.check("--date", "2026-06-30")
    #expect(declared.status == 0)
    #expect(declared.accepted == ["SCM4001"])
    #expect(declared.unused == ["SCM3001"])
    // Other weights are another decision.
    try gate.replaceWeights(with: Demo.suspect("our-own-model"))
    let other = try await gate.check("--date", "2026-06-30")
    #expect(other.accepted.isEmpty)
    #expect(other.unused == [])
  }

  @Test func policyIsFoundFromAFolderOfTheRepository() async throws {
    let gate = try await GateRepository()
    try gate.folder.write(".shellcheck-model.yml", text: "allowed-parents: []\n")
    let run = try await gate.check(in: "model", path: ".")
    #expect(run.findings["SCM3005"] == "error")
    try gate.folder.write("own.yml", text: "fail-on: info\n")
    let own = try await gate.check("--policy", "own.yml")
    #expect(own.findings["SCM3005"] == nil)
    #expect(own.status == 1)
    #expect(try await gate.check("--policy", "own.yml", "--fail-on", "error").status == 0)
  }

  @Test(arguments: [
    ["--policy", "missing.yml"], ["--policy", "model/config.json"], ["--results", "missing.json"],
    ["--date", "tomorrow"], ["--fail-on", "fatal"],
  ])
  func whatCannotBeUsedIsWrongUsage(options: [String]) async throws {
    let run = try await GateRepository().check(arguments: options)
    #expect(run.status == 64)
    #expect(run.text.isEmpty)
    #expect(run.diagnostics.contains("rror: "))
  }

  @Test func scoresMakeTheAssessmentWhole() async throws {
    let gate = try await GateRepository()
    try gate.folder.write(
      "scores.json",
      text: """
        {"schema":1,"scores":[
          {"name":"loss","subject":3.2,"reference":4.0,"higherIsBetter":false}]}
        """)
    let innovation = try await gate.check("--results", "scores.json").report["innovation"]
    #expect(innovation?["results"]?.number == 0.2)
    #expect(innovation?["architecture"]?.number == 0)
    #expect(innovation?["composite"]?.number != nil)
    let without = try await gate.check().report["innovation"]
    #expect(without?["composite"] == .null)
    #expect(without?["weights"]?.number == innovation?["weights"]?.number)
  }
}

/// A scratch git repository with `tiny-llama-chat` as its model and `tiny-llama` as its corpus.
private struct GateRepository {
  let sandbox: Sandbox

  var folder: TemporaryFolder { sandbox.folder }

  init() async throws {
    sandbox = try Sandbox()
    _ = try sandbox.copy(Demo.reference("tiny-llama"), to: "references/tiny-llama")
    _ = try sandbox.copy(Demo.suspect("tiny-llama-chat"), to: "model")
    let git = try await ToolProcess.runShell(
      "git init -q \"$1\"", arguments: [sandbox.folder.path])
    try #require(git.status == 0)
  }

  struct Outcome {
    var status: Int32
    var text: String
    var diagnostics: String
    var report: JSONSchemaValue

    /// Level by code.
    var findings: [String: String] {
      let pairs = (report["findings"]?.array ?? []).map {
        ($0["code"]?.string ?? "", $0["level"]?.string ?? "")
      }
      return Dictionary(pairs) { first, _ in first }
    }

    var accepted: [String] {
      (report["findings"]?.array ?? []).filter { $0["accepted"] != nil }
        .compactMap { $0["code"]?.string }.sorted()
    }

    var unused: [String] {
      (report["unusedAcceptances"]?.array ?? []).compactMap { $0["code"]?.string }.sorted()
    }
  }

  func check(_ options: String..., in place: String = "", path: String = "model") async throws
    -> Outcome
  {
    try await check(arguments: options, in: place, path: path)
  }

  func check(
    arguments: [String], in place: String = "", path: String = "model"
  ) async throws -> Outcome {
    let run = try await ToolProcess.run(
      arguments: [path, "--ref", folder.path("references"), "--format", "json"] + arguments,
      environment: ["HOME": folder.path("home"), "XDG_CACHE_HOME": sandbox.cache],
      in: URL(filePath: folder.path(place)))
    let report = run.status == 64 ? nil : try EmittedReport(run.output).subjects.first
    return Outcome(
      status: run.status, text: run.output, diagnostics: run.diagnostics, report: report ?? .null)
  }

  func writeCard(_ model: String, _ frontMatter: String) throws {
    try folder.write("\(model)/README.md", text: "---\n\(frontMatter)\n---\n# Tiny\n")
  }

  func replaceWeights(with model: String) throws {
    let weights = try Data(contentsOf: URL(filePath: model + "/model.safetensors"))
    try folder.write("model/model.safetensors", weights)
  }

  /// Makes the model a copy of its parent with the neurons of every layer in reverse order, which
  /// changes no output.
  func disguise() throws {
    let source = Demo.reference("tiny-llama") + "/model.safetensors"
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: source)))
    let count = bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + count])) as? [String: Any])
    for (name, entry) in header where name.contains(".mlp.") {
      let entry = try #require(entry as? [String: Any])
      let shape = try #require(entry["shape"] as? [Int])
      let start = try #require(entry["data_offsets"] as? [Int])[0] + 8 + count
      let original = bytes
      for row in 0..<shape[0] {
        for column in 0..<shape[1] {
          let isDown = name.contains("down_proj")
          let from =
            isDown
            ? row * shape[1] + shape[1] - 1 - column : (shape[0] - 1 - row) * shape[1] + column
          let to = start + 2 * (row * shape[1] + column)
          bytes[to] = original[start + 2 * from]
          bytes[to + 1] = original[start + 2 * from + 1]
        }
      }
    }
    try folder.write("model/model.safetensors", bytes)
  }
}
