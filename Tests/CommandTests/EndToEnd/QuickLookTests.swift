import Foundation
import TestSupport
import Testing

/// Quick looks at both sides: of a reference with weights as little is read as of the subject.
@Suite struct QuickLookTests {
  private func listing(_ output: String) throws -> [JSONSchemaValue] {
    try JSONSchemaValue(parsing: output)["corpus"]?["listing"]?.array ?? []
  }

  @Test func comparingLooksAtBothModels() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      "compare", Demo.suspect("our-own-model"), Demo.reference("tiny-llama"), "--quick",
      "--format", "json", "--no-cache")
    #expect(run.status == 0)
    let report = try EmittedReport(run.output)
    let subject = try #require(report.subjects.first)
    #expect(subject.parents == ["tiny-llama"])
    #expect(subject.findings.contains("SCM6001"))
    let digests = try listing(run.output).map { $0["digest"] }
    #expect(digests == [.null])
    #expect(run.output.contains("were looked at in the same way"))
  }

  @Test func aStrangerIsNotFoundInWhatLittleIsRead() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      "check", Demo.suspect("honest-llama"), "--ref", Demo.reference("tiny-llama"), "--ref",
      Demo.reference("tiny-llama-b"), "--quick", "--format", "json", "--no-cache")
    let subject = try #require(try EmittedReport(run.output).subjects.first)
    #expect(subject.parents.isEmpty)
    #expect(subject.relation == "no-evidence")
  }

  /// Its fingerprint is known as a whole, the reference's weights are not: no shares are given.
  @Test func aFingerprintAgainstWeightsIsJudgedAsQuickly() async throws {
    let sandbox = try Sandbox()
    let made = try await sandbox.run(
      "fingerprint", Demo.suspect("our-own-model"), "-o", "ours.fingerprint.safetensors")
    try #require(made.status == 0)
    let run = try await sandbox.run(
      "check", "ours.fingerprint.safetensors", "--ref", Demo.reference("tiny-llama"), "--quick",
      "--format", "json", "--no-cache")
    let subject = try #require(try EmittedReport(run.output).subjects.first)
    #expect(subject.parents == ["tiny-llama"])
    #expect(subject["parents"]?.array?.first?["modification"] == .null)
    // Layers that were not read of the reference are no unlikeness: the whole models reach 0.80.
    let circuits = subject["parents"]?.array?.first?["circuits"]
    #expect(circuits?["ov"]?.number ?? 0 > 0.75)
  }

  /// A fingerprint that is at hand shows more than another look, and costs nothing.
  @Test func aKnownReferenceIsNotLookedAt() async throws {
    let sandbox = try Sandbox()
    let arguments = [
      "check", Demo.suspect("our-own-model"), "--ref", Demo.reference("tiny-llama"), "--format",
      "json",
    ]
    _ = try await sandbox.run(arguments: arguments)
    let run = try await sandbox.run(arguments: arguments + ["--quick"])
    let report = try EmittedReport(run.output)
    let digests = try listing(run.output).compactMap { $0["digest"]?.string }
    #expect(digests.count == 1)
    #expect(report.subjects.first?.parents == ["tiny-llama"])
  }
}
