import Foundation
import TestSupport
import Testing

/// What the tool says about each model of the demo, whose ancestry `scripts/train-demo` decided.
@Suite struct DemoVerdictTests {
  struct Expected: Sendable, CustomTestStringConvertible {
    var suspect: String
    var parent: String?
    /// Kinds of change that must be seen; no others than these and `allowed` may be.
    var kinds: Set<String> = []
    var allowed: Set<String> = []
    var findings: Set<String> = []
    /// Weight cosine with the parent, from the full weights (`Corpus/Demo/README.md`).
    var cosine = 0.0

    var testDescription: String { suspect }
  }

  static let table = [
    Expected(suspect: "digits-mlp-twin.safetensors"),
    Expected(
      suspect: "helpdesk-lstm", parent: "sentiment-lstm.h5", kinds: ["finetune", "rename"],
      findings: ["SCM2002"], cosine: 0.991),
    Expected(suspect: "honest-llama"),
    Expected(
      suspect: "mirror-digits", parent: "digits-mlp", kinds: ["continued-pretraining"],
      findings: ["SCM2002"], cosine: 0.946),
    Expected(
      suspect: "our-own-model", parent: "tiny-llama", kinds: ["finetune"],
      findings: ["SCM2006", "SCM3001"], cosine: 0.974),
    Expected(suspect: "sentiment-lstm-twin.weights.h5"),
    Expected(
      suspect: "tiny-llama-chat", parent: "tiny-llama", kinds: ["finetune"],
      findings: ["SCM2002"], cosine: 0.996),
  ]

  @Test(arguments: table)
  func everySuspectGetsTheVerdictOfItsHistory(expected: Expected) async throws {
    let run = try await Demo.check()
    let report = try EmittedReport(run.output).subject(expected.suspect)
    let isUndeclared = expected.findings.contains("SCM3001")
    #expect(
      report.relation
        == (expected.parent == nil ? "no-evidence" : isUndeclared ? "related" : "derived"))
    #expect(report.parents == [expected.parent].compactMap(\.self))
    #expect(report.kinds.isSuperset(of: expected.kinds))
    #expect(report.kinds.isSubset(of: expected.kinds.union(expected.allowed)))
    #expect(Set(report.findings) == expected.findings)
    #expect(
      Set(report.candidates)
        == ["digits-mlp", "sentiment-lstm.h5", "tiny-llama", "tiny-llama-b"])
    if expected.parent != nil {
      let parent = try #require(report["parents"]?.array?.first)
      let mean = try #require(parent["linear"]?["mean"]?.number)
      #expect(abs(mean - expected.cosine) < 0.03)
      let share = try #require(parent["modification"]?["derivedShare"]?.number)
      #expect(abs(share - expected.cosine * expected.cosine) < 0.06)
    }
  }

  @Test func theRunReportsAllInTheirOrderAndStopsThePipeline() async throws {
    let run = try await Demo.check()
    #expect(run.status == 1)
    #expect(run.diagnostics.isEmpty)
    let report = try EmittedReport(run.output)
    #expect(report.subjects.map { $0["subject"]?["name"]?.string } == Demo.suspectNames)
    for subject in report.subjects {
      let tensors = try #require(subject["subject"]?["tensors"]?.number)
      #expect(subject["tensors"]?.array?.count == Int(tensors))
    }
  }

  /// `mirror-digits` has a card that declares its parent; a copy of its weights alone has none.
  @Test(arguments: [
    (true, [], 0), (true, ["--fail-on", "info"], 1), (false, [], 1),
    (false, ["--fail-on", "none"], 0), (false, ["--declared", "digits-mlp"], 0),
    (false, ["--declared", "somewhere/Digits-MLP"], 0),
    // A parent that is in no corpus may be the parent of both: a warning.
    (false, ["--declared", "digits-mlp-2"], 0),
    (false, ["--declared", "digits-mlp-2", "--fail-on", "warning"], 1),
    (false, ["--no-such-option"], 64),
  ])
  func exitStatusSaysWhetherAParentIsHidden(
    hasCard: Bool, options: [String], status: Int32
  ) async throws {
    let sandbox = try Sandbox()
    let model = Demo.suspect("mirror-digits")
    let subject =
      hasCard ? model : try sandbox.copy(model + "/model.safetensors", to: "model.safetensors")
    let run = try await sandbox.run(
      arguments: [subject, "--ref", Demo.corpus + "/digits-mlp.safetensors", "--format", "quiet"]
        + options)
    #expect(run.status == status)
  }

  @Test func aReferenceIsIdenticalWithItself() async throws {
    let run = try await Sandbox().run(
      Demo.reference("sentiment-lstm.h5"), "--ref", Demo.corpus, "--format", "json")
    let report = try EmittedReport(run.output).subject("sentiment-lstm.h5")
    #expect(report.relation == "identical")
    #expect(report.parents == ["sentiment-lstm.h5"])
    #expect(report.kinds.isEmpty)
    #expect(report.findings.contains("SCM2001"))
  }

  @Test(arguments: [
    ("our-own-model", "tiny-llama", "related", 0), ("honest-llama", "tiny-llama", "no-evidence", 0),
    ("mirror-digits", "digits-mlp.safetensors", "derived", 0),
    ("helpdesk-lstm", "sentiment-lstm.h5", "derived", 0),
    ("helpdesk-lstm", "digits-mlp.safetensors", "inconclusive", 2),
  ])
  func comparesTwoModels(
    subject: String, reference: String, relation: String, status: Int32
  ) async throws {
    let run = try await Sandbox().run(
      "compare", Demo.suspect(subject), Demo.reference(reference), "--format", "json")
    #expect(run.status == status)
    let report = try EmittedReport(run.output).subject(subject)
    #expect(report.relation == relation)
    #expect(report.parents == (["derived", "related"].contains(relation) ? [reference] : []))
  }

  @Test(arguments: [
    ("references/digits-mlp.safetensors", "50.8 k parameters · 6 tensors", "fc3.weight"),
    ("references/sentiment-lstm.h5", "38.8 k parameters · 8 tensors", "recurrent"),
    ("references/tiny-llama", "430.9 k parameters · 38 tensors · llama family", "mlpGate"),
    ("references/tiny-llama-b", "430.9 k parameters · 38 tensors · llama family", "mlpGate"),
    ("suspects/digits-mlp-twin.safetensors", "6 tensors", "no parent"),
    ("suspects/helpdesk-lstm", "8 tensors · keras family · hdf5", "parent sentiment-lstm.h5"),
    ("suspects/honest-llama", "38 tensors · llama family", "no parent"),
    ("suspects/mirror-digits", "6 tensors", "parent digits-mlp"),
    ("suspects/our-own-model", "38 tensors · llama family", "no parent"),
    ("suspects/sentiment-lstm-twin.weights.h5", "8 tensors · keras family", "no parent"),
    ("suspects/tiny-llama-chat", "38 tensors · llama family", "parent tiny-llama"),
  ])
  func inspectDescribesEveryModel(model: String, header: String, detail: String) async throws {
    let path = Demo.project.appending(path: "Corpus/Demo/" + model).path(percentEncoded: false)
    let run = try await Sandbox().run("inspect", path)
    #expect(run.status == 0)
    #expect(run.diagnostics.isEmpty)
    #expect(run.output.contains(header))
    #expect(run.output.contains(detail))
  }
}
