import Foundation
import Load
import TestSupport
import Testing

/// Networks of rectifying units in their places, with factors moved between layers: the same function, and
/// one loud row is most of what a sketch sees.
@Suite struct ScaledUnitTests {
  private static let chains = [
    "mlp": ["net.0", "net.2", "net.4"],
    "cnn": ["conv1", "conv2", "conv3", "fc1", "fc2"],
  ]
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/Units").path(percentEncoded: false)

  private static func path(_ name: String) -> String { "\(folder)/\(name).safetensors" }

  /// A network with the units of every hidden layer scaled by e^±reach, each by itself.
  ///
  /// - Parameter isNamed: whether tensors keep their names.
  private static func scaled(
    _ name: String, kind: String, reach: Float, isNamed: Bool
  ) throws -> [UInt8] {
    var random = ModelRandom(seed: 5)
    var values: [String: [Float]] = [:]
    var shapes: [String: [Int]] = [:]
    for tensor in try CheckpointReader.open(path: path(name)).tensors {
      values[tensor.name] = try tensor.withBytes(
        of: 0..<tensor.elementCount, scratch: ByteScratch()
      ) { Array($0.bindMemory(to: Float.self)) }
      shapes[tensor.name] = tensor.shape
    }
    let chain = try #require(chains[kind])
    for (first, second) in zip(chain, chain.dropFirst()) {
      let units = try #require(shapes[first + ".weight"]?.first)
      // Normal numbers, cut to the reach.
      let factors = random.floats(units).map { exp(max(-reach, min(reach, $0 * reach))) }
      for (name, isRow) in [
        (first + ".weight", true), (first + ".bias", true), (second + ".weight", false),
      ] {
        var numbers = try #require(values[name])
        let shape = try #require(shapes[name])
        let row = numbers.count / shape[0]
        // Numbers of a unit that lie together in a row of the next layer.
        let block = isRow ? row : row / units
        for place in numbers.indices {
          let unit = isRow ? place / block : place % row / block
          numbers[place] *= isRow ? factors[unit] : 1 / factors[unit]
        }
        values[name] = numbers
      }
    }
    var file = SafetensorsBuilder()
    for (number, name) in values.keys.sorted().enumerated() {
      file.add(isNamed ? name : "w\(number)", shapes[name] ?? [], values[name] ?? [])
    }
    return file.bytes
  }

  @Test(arguments: ["mlp", "cnn"], [Float(4), 10])
  func aCopyWithOtherScalesHasItsParent(kind: String, reach: Float) async throws {
    let sandbox = try Sandbox()
    for isNamed in [true, false] {
      try sandbox.folder.write(
        "copy.safetensors",
        Self.scaled("\(kind)-reference", kind: kind, reach: reach, isNamed: isNamed))
      let run = try await sandbox.run(
        sandbox.folder.path("copy.safetensors"), "--ref", Self.path("\(kind)-reference"), "--ref",
        Self.path("\(kind)-stranger"), "--format", "json")
      let report = try #require(try EmittedReport(run.output).subjects.first)
      #expect(run.status == 1, "\(run.diagnostics)")
      #expect(report.parents == ["\(kind)-reference.safetensors"])
      #expect(report.findings.contains("SCM3001") && !report.kinds.contains("permuted"))
      // What is still found as it is needs no second look.
      guard reach > 5 else { continue }
      #expect(report.kinds.contains("rescaled") && report.findings.contains("SCM5001"))
    }
  }

  /// The scales are the subject's own, so that no weights of the reference are needed.
  @Test(arguments: ["mlp", "cnn"])
  func soItHasAgainstAFingerprint(kind: String) async throws {
    let sandbox = try Sandbox()
    let reference = sandbox.folder.path("reference.safetensors")
    let made = try await sandbox.run(
      "fingerprint", Self.path("\(kind)-reference"), "-o", reference)
    try #require(made.status == 0, "\(made.diagnostics)")
    try sandbox.folder.write(
      "copy.safetensors", Self.scaled("\(kind)-reference", kind: kind, reach: 6, isNamed: true))
    let run = try await sandbox.run(
      sandbox.folder.path("copy.safetensors"), "--ref", reference, "--format", "json")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(run.status == 1 && report.findings.contains("SCM3001"))
  }

  @Test(arguments: ["mlp", "cnn"], [Float(4), 10])
  func aStrangerWithOtherScalesHasNone(kind: String, reach: Float) async throws {
    let sandbox = try Sandbox()
    try sandbox.folder.write(
      "other.safetensors",
      Self.scaled("\(kind)-stranger", kind: kind, reach: reach, isNamed: true))
    let run = try await sandbox.run(
      sandbox.folder.path("other.safetensors"), "--ref", Self.path("\(kind)-reference"),
      "--format", "json")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(report.relation == "no-evidence" && report.parents.isEmpty)
    #expect(!report.findings.contains("SCM5001"))
  }

  @Test func aPackOfEvidenceGivesTheSameVerdict() async throws {
    let sandbox = try Sandbox()
    try sandbox.folder.write(
      "copy.safetensors", Self.scaled("mlp-reference", kind: "mlp", reach: 4, isNamed: true))
    let run = try await sandbox.run(
      sandbox.folder.path("copy.safetensors"), "--ref", Self.path("mlp-reference"), "--evidence",
      "pack", "--format", "quiet")
    #expect(run.status == 1, "\(run.diagnostics)")
    let verified = try await sandbox.run("verify", "pack")
    #expect(verified.status == 0, "\(verified.output) \(verified.diagnostics)")
  }
}
