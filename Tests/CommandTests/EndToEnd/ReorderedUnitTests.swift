import Foundation
import Load
import TestSupport
import Testing

/// Networks that are no language models, with their hidden units in another order and scaled against each
/// other: the same function, and nothing in place (`scripts/fixtures/make_unit_fixtures.py`).
@Suite struct ReorderedUnitTests {
  private static let kinds = ["mlp", "cnn", "residual", "unet", "vit", "lstm", "gru"]
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/Units").path(percentEncoded: false)

  private static func path(_ name: String) -> String { "\(folder)/\(name).safetensors" }

  private func check(
    _ model: String, _ sandbox: Sandbox, references: [String], options: [String] = []
  ) async throws -> (JSONSchemaValue, Int32) {
    let run = try await sandbox.run(
      arguments: [Self.path(model), "--format", "json"] + options
        + references.flatMap { ["--ref", $0] })
    let report = try EmittedReport(run.output)
    return (try #require(report.subjects.first), run.status)
  }

  @Test(arguments: kinds)
  func aReorderedCopyHasItsParent(kind: String) async throws {
    let (report, status) = try await check(
      "\(kind)-reordered", Sandbox(),
      references: [Self.path("\(kind)-reference"), Self.path("\(kind)-stranger")])
    #expect(status == 1)
    #expect(report.parents == ["\(kind)-reference.safetensors"])
    #expect(["related", "partial"].contains(report.relation))
    #expect(report.kinds.contains("permuted"))
    #expect(report.kinds.contains("rescaled") == ["mlp", "cnn", "unet"].contains(kind))
    #expect(report.findings.contains("SCM5001"))
    #expect(report.findings.contains("SCM3001"))
    let share = report["parents"]?.array?.first?["modification"]?["derivedShare"]?.number ?? 0
    #expect(share > 0.9)
    let tests = report["candidates"]?.array?.first?["tests"]?.array ?? []
    #expect(tests.first?["null"]?.string == "assignments")
  }

  @Test(arguments: ["mlp", "cnn", "lstm"])
  func soHasOneThatWasTrainedOn(kind: String) async throws {
    let (report, _) = try await check(
      "\(kind)-tuned", Sandbox(),
      references: [Self.path("\(kind)-stranger"), Self.path("\(kind)-reference")])
    #expect(report.parents == ["\(kind)-reference.safetensors"])
    #expect(report.kinds.contains("permuted"))
  }

  /// Units that nothing takes and units in halves, all re-ordered; beside it a stranger of just its shapes, which
  /// clears nothing.
  @Test(arguments: kinds)
  func aCopyWithMoreUnitsHasItsParent(kind: String) async throws {
    let (report, status) = try await check(
      "\(kind)-widened", Sandbox(),
      references: [Self.path("\(kind)-reference"), Self.path("\(kind)-wide")])
    #expect(status == 1)
    #expect(report.parents == ["\(kind)-reference.safetensors"])
    #expect(["related", "partial"].contains(report.relation))
    #expect(report.kinds.contains("permuted"))
    #expect(!report.kinds.contains("head-replaced"))
    #expect(report.findings.contains("SCM3001"))
    // What is more is not derived.
    let share = report["parents"]?.array?.first?["modification"]?["derivedShare"]?.number ?? 0
    #expect((0.4...0.8).contains(share))
  }

  @Test(arguments: kinds)
  func aStrangerWithMoreUnitsHasNone(kind: String) async throws {
    let references = [Self.path("\(kind)-reference"), Self.path("\(kind)-widened")]
    let (report, status) = try await check("\(kind)-wide", Sandbox(), references: references)
    #expect(report.parents.isEmpty)
    #expect(status == 0 && !report.findings.contains("SCM6003"))
    let (narrow, cleared) = try await check(
      "\(kind)-stranger", Sandbox(), references: references)
    #expect(narrow.parents.isEmpty)
    #expect(cleared == 0 && !narrow.findings.contains("SCM6003"))
  }

  /// What lacks units is held against nothing, and not cleared by a stranger of its shapes.
  @Test(arguments: ["mlp", "cnn", "lstm"])
  func aCopyWithFewerUnitsIsNotCleared(kind: String) async throws {
    let (report, status) = try await check(
      "\(kind)-reordered", Sandbox(),
      references: [Self.path("\(kind)-widened"), Self.path("\(kind)-stranger")])
    #expect(status == 2 && report.findings.contains("SCM6003"))
  }

  @Test(arguments: kinds)
  func soHasACopyWithMoreUnitsWhereOnlyAFingerprintIsAtHand(kind: String) async throws {
    let sandbox = try Sandbox()
    let reference = try await fingerprint("\(kind)-reference", sandbox)
    let (report, status) = try await check(
      "\(kind)-widened", sandbox, references: [reference, Self.path("\(kind)-wide")])
    #expect(status == 1 && report.parents == ["\(kind)-reference"])
    let (stranger, cleared) = try await check(
      "\(kind)-wide", sandbox, references: [reference, Self.path("\(kind)-widened")])
    #expect(cleared == 0 && stranger.parents.isEmpty && !stranger.findings.contains("SCM6003"))
  }

  /// A fingerprint of the reference, made by the tool.
  private func fingerprint(_ model: String, _ sandbox: Sandbox) async throws -> String {
    let path = sandbox.folder.path("\(model).fingerprint.safetensors")
    let made = try await sandbox.run("fingerprint", Self.path(model), "-o", path)
    try #require(made.status == 0, "\(made.diagnostics)")
    return path
  }

  @Test(arguments: kinds)
  func aFingerprintOfTheReferenceSuffices(kind: String) async throws {
    let sandbox = try Sandbox()
    let reference = try await fingerprint("\(kind)-reference", sandbox)
    let stranger = try await fingerprint("\(kind)-stranger", sandbox)
    let (report, status) = try await check(
      "\(kind)-reordered", sandbox, references: [reference, stranger])
    #expect(status == 1)
    #expect(report.parents == ["\(kind)-reference"])
    #expect(report.kinds.contains("permuted"))
    let (other, cleared) = try await check(
      "\(kind)-stranger", sandbox, references: [reference])
    #expect(cleared == 0 && other.findings.isEmpty)
  }

  @Test(arguments: kinds)
  func aStrangerOfTheSameRecipeHasNone(kind: String) async throws {
    let (report, status) = try await check(
      "\(kind)-stranger", Sandbox(), references: [Self.path("\(kind)-reference")])
    #expect(status == 0)
    #expect(report.relation == "no-evidence")
    // Its units were looked for in every order.
    #expect(!report.findings.contains("SCM6003"))
  }

  /// Git Re-Basin: the stranger's units in the order in which they are most like the reference's.
  @Test(arguments: ["mlp", "cnn", "gru"])
  func aStrangerWhoseUnitsWereLinedUpIsNotAccused(kind: String) async throws {
    let (report, status) = try await check(
      "\(kind)-aligned", Sandbox(), references: [Self.path("\(kind)-reference")])
    // Beyond chance, which alone convicts nobody.
    #expect(report["candidates"]?.array?.first?["log10P"]?.number ?? 0 < -10)
    #expect(status == 2 && report.parents.isEmpty)
    #expect(report.relation == "inconclusive")
    #expect(report.findings == ["SCM6003"])
  }

  @Test func aRecurrenceThatWasTakenOverAndMovedALittleIsAParentBesideNewLayers() async throws {
    let sandbox = try Sandbox()
    func tensors(_ name: String) throws -> [String: (shape: [Int], values: [Float])] {
      let read = try CheckpointReader.open(path: Self.path(name)).tensors.map { tensor in
        let values = try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
          Array($0.bindMemory(to: Float.self))
        }
        return (tensor.name, (shape: tensor.shape, values: values))
      }
      return Dictionary(uniqueKeysWithValues: read)
    }
    let (mine, theirs) = (try tensors("gru-stranger"), try tensors("gru-reference"))
    var random = ModelRandom(seed: 11)
    var file = SafetensorsBuilder()
    for (name, own) in mine.sorted(by: { $0.key < $1.key }) {
      let noise = random.floats(own.values.count)
      let taken = try #require(theirs[name]).values
      file.add(
        name, own.shape,
        name.contains("rnn") ? zip(taken, noise).map { $0 * (1 + 0.1 * $1) } : own.values)
    }
    try sandbox.folder.write("child.safetensors", file.bytes)
    let run = try await sandbox.run(
      sandbox.folder.path("child.safetensors"), "--ref", Self.path("gru-reference"), "--format",
      "json")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(run.status == 1 && report.parents == ["gru-reference.safetensors"])
  }

  /// Units in their places: only the numbers tell which tensor is which.
  @Test(arguments: ["mlp", "cnn", "residual", "vit", "lstm", "gru"])
  func aChildUnderNamesThatMeanNothingHasItsParent(kind: String) async throws {
    let sandbox = try Sandbox()
    let reference = Self.path("\(kind)-reference")
    var random = ModelRandom(seed: 7)
    var file = SafetensorsBuilder()
    let tensors = try CheckpointReader.open(path: reference).tensors
    for (number, tensor) in tensors.sorted(by: { $0.name < $1.name }).enumerated() {
      let noise = random.floats(tensor.elementCount)
      let values = try tensor.withBytes(of: 0..<tensor.elementCount, scratch: ByteScratch()) {
        Array($0.bindMemory(to: Float.self))
      }
      file.add("w\(number)", tensor.shape, zip(values, noise).map { $0 * (1 + 0.3 * $1) })
    }
    try sandbox.folder.write("child.safetensors", file.bytes)
    let run = try await sandbox.run(
      sandbox.folder.path("child.safetensors"), "--ref", reference, "--ref",
      Self.path("\(kind)-stranger"), "--format", "json")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(run.status == 1 && report.parents == ["\(kind)-reference.safetensors"])
  }

  @Test func aStrangerIsClearedHoweverManyOthersStandBesideIt() async throws {
    let sandbox = try Sandbox()
    func network(seed: UInt64) -> [UInt8] {
      var random = ModelRandom(seed: seed)
      var file = SafetensorsBuilder()
      for (layer, (inputs, outputs)) in [(32, 48), (48, 48), (48, 48), (48, 10)].enumerated() {
        file.add("net.\(layer).weight", [outputs, inputs], random.floats(outputs * inputs))
        file.add("net.\(layer).bias", [outputs], random.floats(outputs))
      }
      return file.bytes
    }
    for seed in 1...40 as ClosedRange<UInt64> {
      try sandbox.folder.write("references/\(seed).safetensors", network(seed: seed))
    }
    try sandbox.folder.write("stranger.safetensors", network(seed: 41))
    let run = try await sandbox.run(
      sandbox.folder.path("stranger.safetensors"), "--ref", sandbox.folder.path("references"),
      "--format", "json")
    #expect(run.status == 0, "\(run.diagnostics)")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(report.relation == "no-evidence")
    #expect(report.findings.isEmpty)
  }

  /// Crosscoders trained on the activations of one host have the same features, in another order.
  @Test func strangersTrainedOnOneHostAreNotAccused() async throws {
    let (report, status) = try await check(
      "crosscoder-stranger", Sandbox(), references: [Self.path("crosscoder-reference")])
    #expect(status == 2)
    #expect(report.relation == "no-evidence")
    #expect(!report.findings.contains("SCM5001"))
    // They do line up, and the report leaves open what that means.
    #expect(report.findings.contains("SCM6003"))
  }

  @Test func whereItIsLeftOpenThePolicyDecides() async throws {
    let sandbox = try Sandbox()
    let reference = try await fingerprint("crosscoder-reference", sandbox)
    let (usual, stopped) = try await check(
      "crosscoder-stranger", sandbox, references: [reference])
    #expect(stopped == 2)
    #expect(usual.relation == "no-evidence" && usual.findings.contains("SCM6003"))
    for (choice, expected) in [("fail", 1), ("warn", 0), ("pass", 0)] as [(String, Int32)] {
      let (_, status) = try await check(
        "crosscoder-stranger", sandbox, references: [reference],
        options: ["--inconclusive", choice])
      #expect(status == expected)
    }
  }

  @Test func aPackOfEvidenceGivesTheSameVerdict() async throws {
    let sandbox = try Sandbox()
    let run = try await sandbox.run(
      Self.path("mlp-reordered"), "--ref", Self.path("mlp-reference"), "--evidence", "pack",
      "--format", "quiet")
    #expect(run.status == 1, "\(run.diagnostics)")
    let verified = try await sandbox.run("verify", "pack")
    #expect(verified.status == 0, "\(verified.output) \(verified.diagnostics)")
    #expect(verified.output.contains("taken from the pack: that the units of the model stand"))
  }
}
