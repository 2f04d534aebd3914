import Foundation
import TestSupport
import Testing

/// A checkpoint of more tensors than any published model has.
@Suite struct ManyTensorsTests {
  private static let count = 20_000

  private func model(in sandbox: Sandbox) throws -> String {
    var generator = SplitMix64(seed: 9)
    // Small numbers: no exponent of half precision has its highest bit.
    let data = generator.bytes(64 * Self.count).map { $0 & 0xBF }
    let members = (0..<Self.count).map { index in
      """
      "layers.\(index).weight":{"dtype":"F16","shape":[4,8],\
      "data_offsets":[\(64 * index),\(64 * index + 64)]}
      """
    }
    return try sandbox.folder.write(
      "many.safetensors",
      SafetensorsBuilder.file(header: "{\(members.joined(separator: ","))}", data: data))
  }

  @Test func aModelOfManyTensorsIsCompared() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      try model(in: sandbox), "--ref", Demo.reference("digits-mlp.safetensors"), "--format", "json",
      "--inconclusive", "pass")
    #expect(run.status == 0)
    #expect(run.diagnostics.isEmpty)
    let report = try EmittedReport(run.output).subject("many.safetensors")
    #expect(report["subject"]?["tensors"]?.number == Double(Self.count))
    #expect(report.parents.isEmpty)
  }
}
