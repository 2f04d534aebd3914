import Foundation
import TestSupport
import Testing

/// An adapter of a language model, as a user meets it.
@Suite(.enabled(if: Shared.holds(Shared.zoo), "there is no ../shared/zoo"))
struct AdapterVerdictTests {
  private static let adapter = "\(Shared.zoo)/s1-lora8-adapter"

  private func check(_ arguments: String...) async throws -> (
    report: JSONSchemaValue, status: Int32, text: String
  ) {
    let run = try await Sandbox().run(
      arguments: ["check"] + arguments + ["--format", "json"])
    return (try EmittedReport(run.output).subject("s1-lora8-adapter"), run.status, run.output)
  }

  @Test func withItsBaseItIsJudgedAsMerged() async throws {
    let (report, status, _) = try await check(Self.adapter, "--ref", "\(Shared.zoo)/llama-s1")
    #expect(report.relation == "derived" && report.parents == ["llama-s1"])
    #expect(report.kinds == ["low-rank"] && report.findings == ["SCM2002"] && status == 0)
  }

  @Test func withoutItsBaseItIsNeverAPass() async throws {
    let (report, status, text) = try await check(Self.adapter, "--ref", "\(Shared.zoo)/llama-s2")
    #expect(report.relation == "inconclusive" && report.parents.isEmpty)
    #expect(report.findings.contains("SCM6003") && status == 2)
    #expect(text.contains("This is an adapter"))
  }

  /// It is small, and its base is read for it in any case.
  @Test func quicklyToo() async throws {
    let (report, status, text) = try await check(
      Self.adapter, "--ref", "\(Shared.zoo)/llama-s1", "--quick", "--no-cache")
    #expect(report.parents == ["llama-s1"] && report.relation == "derived" && status == 0)
    #expect(text.contains("judged as merged into llama-s1"))
  }

  @Test func itsMergedModelIsRecognised() async throws {
    let (report, _, _) = try await check(
      Self.adapter, "--ref", "\(Shared.zoo)/llama-s1", "--ref", "\(Shared.zoo)/s1-lora8")
    #expect(report.parents == ["s1-lora8"])
  }

  @Test func aModelIsNotFoundInAnAdapter() async throws {
    let run = try await Sandbox().run(
      "check", "\(Shared.zoo)/llama-s1", "--ref", Self.adapter, "--format", "json")
    let report = try EmittedReport(run.output).subject("llama-s1")
    #expect(report.relation == "inconclusive" && report.parents.isEmpty)
  }
}
