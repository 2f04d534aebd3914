import Foundation
import TestSupport
import Testing

/// Models of the demo as torch saves them, against the safetensors that they were made of.
@Suite struct PyTorchTests {
  private func fixture(_ name: String) -> String {
    Demo.project.appending(path: "Tests/LoadTests/Fixtures/pytorch/\(name)").path(
      percentEncoded: false)
  }

  private func report(_ name: String) async throws -> (JSONSchemaValue, status: Int32) {
    let run = try await Sandbox().run(
      fixture(name), "--ref", Demo.reference("digits-mlp.safetensors"), "--format", "json")
    return (try EmittedReport(run.output).subject(name), run.status)
  }

  /// A trainer's checkpoint, with the prefix of a parallel run and turned matrices.
  @Test func aCopySavedByTorchIsIdentical() async throws {
    let (report, _) = try await report("digits.ckpt")
    #expect(report.relation == "identical")
    #expect(report.parents == ["digits-mlp.safetensors"])
    #expect(report.kinds.isSubset(of: ["rename", "reencode", "re-encoded"]))
    #expect(
      report["parents"]?.array?.first?["modification"]?["derivedShare"]?.number == 1)
  }

  @Test func aStrangerSavedByTorchIsSilent() async throws {
    let (report, status) = try await report("digits_twin.bin")
    #expect(report.relation == "no-evidence")
    #expect(report.parents.isEmpty)
    #expect(report.findings.isEmpty)
    #expect(status == 0)
  }

  @Test func aPickleThatRunsSomethingFailsTheGate() async throws {
    let (report, status) = try await report("unsafe.pt")
    #expect(report.findings.contains("SCM1006"))
    let finding = report["findings"]?.array?.first { $0["code"]?.string == "SCM1006" }
    #expect(finding?["level"]?.string == "error")
    #expect(finding?["message"]?.string?.contains("system' (REDUCE at byte ") == true)
    #expect(status == 1)
  }
}
