import TestSupport
import Testing

/// One network in the containers that `scripts/fixtures/make_container_fixtures.py` writes, with axes
/// and gates as each has them.
@Suite struct ContainerTests {
  private static let containers = ["safetensors", "keras", "npz", "tensorflow"]
  private static let pairs = containers.flatMap { one in
    containers.filter { $0 != one }.map { (one, $0) }
  }

  private func check(
    _ subject: String, against reference: String
  ) async throws -> JSONSchemaValue {
    let sandbox = try Sandbox()
    let path = try sandbox.copy(Demo.fixture("containers/\(subject)"), to: subject)
    let run = try await sandbox.run(
      "check", path, "--ref", Demo.fixture("containers/\(reference)"), "--format", "json")
    return try EmittedReport(run.output).subject(subject)
  }

  @Test(arguments: ["cnn", "lstm", "gru"], pairs)
  func aNetworkInAnotherContainerIsTheSameNetwork(
    kind: String, pair: (String, String)
  ) async throws {
    let report = try await check("\(kind)-1.\(pair.0)", against: "\(kind)-1.\(pair.1)")
    #expect(["related", "identical"].contains(report.relation))
    #expect(Set(report.kinds).isSubset(of: ["rename", "reshard"]), "\(report.kinds)")
    let modification = report["parents"]?.array?.first?["modification"]
    let share = try #require(modification?["derivedShare"]?.number)
    #expect(share > 0.999, "\(share)")
  }

  /// What the converters of TensorFlow and of Keras make of a recurrent network.
  @Test(
    arguments: ["lstm", "gru"],
    [("half.tflite", "cast"), ("dynamic.tflite", "quantise"), ("onnx", "rename")])
  func aConvertedNetworkIsTheSameNetwork(kind: String, form: (String, String)) async throws {
    let report = try await check("\(kind)-1.\(form.0)", against: "\(kind)-1.safetensors")
    #expect(["related", "identical", "derived"].contains(report.relation))
    #expect(Set(report.kinds).isSubset(of: ["rename", form.1]), "\(report.kinds)")
    #expect(report.kinds.contains(form.1))
    let modification = report["parents"]?.array?.first?["modification"]
    let share = try #require(modification?["derivedShare"]?.number)
    #expect(share > 0.999, "\(share)")
    let other = try await check("\(kind)-2.\(form.0)", against: "\(kind)-1.safetensors")
    #expect(other.relation == "no-evidence" && other.parents == [])
  }

  @Test(arguments: ["cnn", "lstm", "gru"], pairs)
  func anIndependentNetworkOfTheSameLayersIsAStranger(
    kind: String, pair: (String, String)
  ) async throws {
    let report = try await check("\(kind)-2.\(pair.0)", against: "\(kind)-1.\(pair.1)")
    #expect(report.relation == "no-evidence")
    #expect(report.parents == [])
  }
}
