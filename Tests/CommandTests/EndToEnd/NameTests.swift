import Compare
import Foundation
import TestSupport
import Testing

/// What models are called, and that no name hides or loses one.
@Suite struct NameTests {
  private let sandbox: Sandbox
  private let base = Demo.suspect("mirror-digits/model.safetensors")
  private let other = Demo.reference("digits-mlp.safetensors")
  private let third = Demo.suspect("digits-mlp-twin.safetensors")

  init() throws { sandbox = try Sandbox() }

  private func snapshot(_ repository: String, of model: String) throws -> String {
    let file = try sandbox.copy(
      model, to: "hub/models--\(repository)/snapshots/0123456789abcdef/model.safetensors")
    return URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
  }

  private func status(_ subject: String, _ reference: String, _ options: [String] = [])
    async throws -> Int32
  {
    try await sandbox.run(
      arguments: [subject, "--ref", reference, "--format", "quiet"] + options
    ).status
  }

  @Test func aFingerprintIsDescribedAsTheModelItStandsFor() async throws {
    let made = try await sandbox.run("fingerprint", other, "--into", "c")
    #expect(made.status == 0, "\(made.diagnostics)")
    let run = try await sandbox.run(
      "inspect", "c/digits-mlp.safetensors.fingerprint.safetensors")
    #expect(run.status == 0)
    #expect(run.output.contains("fingerprint of safetensors"))
    #expect(run.output.contains("50.8 k parameters") && !run.output.contains("moments"))
  }

  @Test func aCorpusIsListedAndNotTakenForAModel() async throws {
    _ = try await sandbox.run("fingerprint", other, "--into", "c")
    let fingerprints = try await sandbox.run("inspect", "c")
    #expect(fingerprints.status == 0 && fingerprints.output.contains("1 reference in c"))
    let corpus = try await sandbox.run("inspect", Demo.corpus)
    #expect(corpus.status == 0 && corpus.output.contains("tiny-llama-b"))
    #expect(corpus.diagnostics.contains("is a corpus"))
  }

  @Test func whatLooksLikeAModelOnAHubIsToldHowToBeNamed() async throws {
    let run = try await sandbox.run("lab/cool-chat", "--ref", other)
    #expect(run.status == 2)
    #expect(run.diagnostics.contains("hub:lab/cool-chat"), "\(run.diagnostics)")
  }

  // MARK: Copies

  /// Everybody's file is called `model.safetensors`.
  @Test func anUndeclaredCopyHidesItsParentWhateverItsFileIsCalled() async throws {
    for (copy, original) in [
      ("copy/model.safetensors", "lab-base/model.safetensors"),
      ("a/unet/diffusion_pytorch_model.safetensors", "b/unet/diffusion_pytorch_model.safetensors"),
      ("a/checkpoint-500/model.safetensors", "b/checkpoint-500/model.safetensors"),
      ("a/weights/model.safetensors", "b/weights/model.safetensors"),
    ] {
      let subject = try sandbox.copy(base, to: copy)
      let reference = try sandbox.copy(base, to: original)
      #expect(try await status(subject, reference) == 1, "\(copy)")
    }
  }

  @Test func aModelThatIsTheReferenceHidesNothing() async throws {
    let file = try sandbox.copy(base, to: "weights/model.safetensors")
    #expect(try await status(file, file) == 0)
    let copy = try sandbox.copy(base, to: "copies/digits-7b/model.safetensors")
    let original = try sandbox.copy(base, to: "corpus/digits-7b/model.safetensors")
    #expect(try await status(copy, original) == 0)
  }

  @Test(arguments: [("lab--base", 0), ("thief--base", 1), ("base", 0)])
  func aCopyUnderAnotherOwnerHidesItsParent(repository: String, expected: Int32) async throws {
    let reference = try snapshot("lab--base", of: base)
    let subject = try sandbox.copy(
      base, to: "mine/models--\(repository)/snapshots/fedcba9876543210/model.safetensors")
    #expect(try await status(subject, reference) == expected)
  }

  @Test(arguments: [("lab/base", 0), ("base", 0), ("thief/base", 1), ("lab/other", 1)])
  func aDeclarationMeansTheOwnerToo(declared: String, expected: Int32) async throws {
    let reference = try snapshot("lab--base", of: other)
    let child = try sandbox.copy(base, to: "child/model.safetensors")
    let options = ["--declared", declared, "--fail-on", "warning"]
    #expect(try await status(child, reference, options) == expected)
    // Where the owner is not known, any may be meant.
    let plain = try sandbox.copy(other, to: "plain/base/model.safetensors")
    #expect(try await status(child, plain, options) == (declared == "lab/other" ? 1 : 0))
  }

  // MARK: Subjects

  @Test func subjectsOfOneRunHaveDistinctNamesAndTheirPathsAsTyped() async throws {
    let models = [
      try sandbox.copy(base, to: "user1/sft/model.safetensors"),
      try sandbox.copy(third, to: "user2/sft/model.safetensors"),
      try sandbox.copy(third, to: "user2/solo/model.safetensors"),
      try snapshot("lab--sft", of: base),
    ]
    let run = try await sandbox.run(
      arguments: models + models.prefix(1) + ["--ref", other, "--format", "json"])
    let report = try EmittedReport(run.output)
    #expect(
      report.subjects.map { $0["subject"]?["name"]?.string }
        == ["user1/sft", "user2/sft", "solo", "lab/sft", "user1/sft#2"])
    #expect(
      report.subjects.map { $0["subject"]?["path"]?.string } == models + [models[0]])
    for subject in report.subjects {
      let name = subject["subject"]?["name"]?.string
      #expect(subject["findings"]?.array?.allSatisfy { $0["location"]?.string == name } ?? false)
    }
  }

  @Test(arguments: ["sarif", "junit", "cyclonedx", "spdx", "in-toto", "json"])
  func everyFormatForMachinesHasThePathAsTyped(format: String) async throws {
    let subject = try sandbox.copy(base, to: "here/a/sft/model.safetensors")
    let run = try await sandbox.run("a/sft", "--ref", other, "--format", format)
    #expect(run.output.contains("\"a/sft\""))
    #expect(!run.output.contains(subject))
  }

  // MARK: Fingerprints

  private func files(_ corpus: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: corpus).sorted()
  }

  @Test func aFingerprintIsNeverReplacedByAnotherModels() async throws {
    let corpus = sandbox.folder.path("corpus")
    let first = try sandbox.copy(base, to: "user1/sft/model.safetensors")
    let again = try sandbox.copy(base, to: "user2/sft/model.safetensors")
    let another = try sandbox.copy(third, to: "user3/sft/model.safetensors")
    let run = try await sandbox.run("fingerprint", first, again, another, "--into", corpus)
    #expect(run.status == 73)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix("  as sft") ?? false)
    #expect(lines.last?.hasPrefix("already there: \(corpus)/sft.fingerprint.safetensors") ?? false)
    #expect(run.diagnostics.contains("another model called 'sft'"))
    #expect(run.diagnostics.contains("--id OWNER/NAME"))
    #expect(try files(corpus) == ["sft.fingerprint.safetensors"])

    let named = try await sandbox.run(
      "fingerprint", another, "--into", corpus, "--id", "user3/sft", "--alias", "hub/quoted")
    #expect(named.status == 0)
    #expect(named.output.hasSuffix("  as user3/sft\n"))
    #expect(
      try files(corpus)
        == ["manifest.json", "sft.fingerprint.safetensors", "user3--sft.fingerprint.safetensors"])
    // Both are references, and the alias declares.
    let check = try await sandbox.run(
      try sandbox.copy(third, to: "child/model.safetensors"), "--ref", corpus, "--declared",
      "hub/quoted", "--format", "json")
    #expect(check.status == 0)
    let subject = try #require(try EmittedReport(check.output).subjects.first)
    #expect(Set(subject.candidates) == ["sft", "user3/sft"])
  }

  @Test func aSnapshotIsKeptUnderItsOwnerAndRevision() async throws {
    let corpus = sandbox.folder.path("corpus")
    let run = try await sandbox.run(
      "fingerprint", try snapshot("lab--base", of: other), "--into", corpus)
    #expect(run.output.hasSuffix("  as lab/base\n"))
    let manifest = try CorpusManifest(path: corpus + "/manifest.json")
    #expect(
      manifest.references == [
        CorpusManifest.Entry(
          id: "lab/base", sourceRevision: "0123456789abcdef",
          file: "lab--base.fingerprint.safetensors")
      ])
    let child = try sandbox.copy(base, to: "child/model.safetensors")
    for (declared, expected) in [("lab/base", Int32(0)), ("acme/base", 1)] {
      let options = ["--declared", declared, "--fail-on", "warning"]
      #expect(try await status(child, corpus, options) == expected)
    }
  }

  @Test func twentyProcessesLoseNothing() async throws {
    let corpus = sandbox.folder.path("corpus")
    let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 0..<20 {
        let model = number.isMultiple(of: 2) ? base : third
        group.addTask {
          try await sandbox.run(
            "fingerprint", model, "--into", corpus, "--id", "lab/m\(number)", "--alias",
            "also/m\(number)"
          ).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 0, count: 20))
    let manifest = try CorpusManifest(path: corpus + "/manifest.json")
    #expect(Set(manifest.references.map(\.id)) == Set((0..<20).map { "lab/m\($0)" }))
    #expect(manifest.references.allSatisfy { $0.aliases.count == 1 })
    #expect(try files(corpus).count == 21)
  }

  @Test(arguments: [
    ["a", "b", "--into", "c", "--id", "x"], ["a", "--into", "c", "--id", "../x"],
    ["a", "--into", "c", "--id", "a/b/c"], ["a", "--into", "c", "--alias", ""],
    ["a", "-o", "x", "--alias", "y"],
  ])
  func namesThatCannotBeAreWrongUsage(arguments: [String]) async throws {
    let run = try await sandbox.run(arguments: ["fingerprint"] + arguments)
    #expect(run.status == 64)
  }
}
