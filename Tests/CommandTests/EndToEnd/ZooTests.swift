import Foundation
import TestSupport
import Testing

/// What lies beside the project on development machines, and nowhere else.
enum Shared {
  static let zoo = path("zoo")
  static let textgenrnn = path("real/textgenrnn")

  static func holds(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/manifest.json")
  }

  private static func path(_ name: String) -> String {
    Demo.project.deletingLastPathComponent().appending(path: "shared/" + name)
      .path(percentEncoded: false)
  }
}

/// Language models trained with known ancestry.
@Suite(.enabled(if: Shared.holds(Shared.zoo), "there is no ../shared/zoo"))
struct ZooTests {
  @Test(arguments: [
    ("s1-lora8", "related", ["llama-s1"], "low-rank"),
    ("s1-prune-depth", "related", ["llama-s1"], "depth-prune"),
    ("s1-distill", "no-evidence", [], nil),
  ])
  func descentIsToldFromDistillation(
    model: String, relation: String, parents: [String], kind: String?
  ) async throws {
    let run = try await Self.sandbox.get().run(
      "\(Shared.zoo)/\(model)", "--ref", "\(Shared.zoo)/llama-s1", "--ref",
      "\(Shared.zoo)/llama-s2", "--format", "json")
    let report = try EmittedReport(run.output).subject(model)
    #expect(report.relation == relation)
    #expect(report.parents == parents)
    if let kind { #expect(report.kinds.contains(kind)) }
  }

  @Test(arguments: [
    ("s1-cpt", "related", ["llama-s1"]), ("s1-prune-width", "related", ["llama-s1"]),
    ("s1-distill", "no-evidence", []), ("llama-s3", "no-evidence", []),
  ])
  func aQuickLookTellsDescentFromDistillation(
    model: String, relation: String, parents: [String]
  ) async throws {
    let run = try await Self.sandbox.get().run(
      "check", "\(Shared.zoo)/\(model)", "--ref", "\(Shared.zoo)/llama-s1", "--ref",
      "\(Shared.zoo)/llama-s2", "--quick", "--format", "json")
    let report = try EmittedReport(run.output).subject(model)
    #expect(report.relation == relation)
    #expect(report.parents == parents)
    #expect(report.findings.contains("SCM6001"))
    #expect(run.status == (parents.isEmpty ? 0 : 1))
  }

  /// What all of the weights show to be a common initialisation is a likeness that a look leaves open.
  @Test func aQuickLookLeavesOpenWhatItSeesALittleOf() async throws {
    let sandbox = try Self.sandbox.get()
    let fingerprint = sandbox.folder.path("s1.fingerprint.safetensors")
    _ = try await sandbox.run("fingerprint", "\(Shared.zoo)/llama-s1", "-o", fingerprint)
    let run = try await sandbox.run(
      "check", "\(Shared.zoo)/llama-s1-dataC", "--ref", fingerprint, "--quick", "--format", "json")
    let report = try EmittedReport(run.output).subject("llama-s1-dataC")
    #expect(report.relation == "inconclusive")
    #expect(run.status == 2)
  }

  /// One cache for all cases.
  private static let sandbox = Result { try Sandbox() }
}

/// Published LSTM weights in Keras files of different ages.
@Suite(.enabled(if: Shared.holds(Shared.textgenrnn), "there is no ../shared/real/textgenrnn"))
struct TextgenrnnTests {
  @Test(arguments: ["hacker_news.hdf5", "reddit_apple_android.hdf5"])
  func publishedFineTunesDescendFromThePublishedWeights(model: String) async throws {
    let run = try await Sandbox().run(
      "\(Shared.textgenrnn)/\(model)", "--ref", "\(Shared.textgenrnn)/textgenrnn_weights.hdf5",
      "--format", "json")
    let report = try EmittedReport(run.output).subject(model)
    #expect(report.relation == "related")
    #expect(report.parents == ["textgenrnn_weights.hdf5"])
  }
}
