import Foundation
import TestSupport
import Testing

/// Where references come from, and what is left behind.
@Suite struct CorpusTests {
  @Test func aCorpusMayMixCheckpointsFoldersAndFingerprints() async throws {
    let sandbox = try Sandbox()
    let file = try sandbox.copy(
      Demo.reference("digits-mlp.safetensors"), to: "corpus/digits-mlp.safetensors")
    let corpus = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
    _ = try sandbox.copy(Demo.reference("tiny-llama"), to: "corpus/llamas/tiny-llama")
    _ = try await sandbox.run(
      "fingerprint", Demo.reference("sentiment-lstm.h5"), "--into", corpus)
    let run = try await sandbox.run(
      Demo.suspect("mirror-digits"), Demo.suspect("helpdesk-lstm"), "--ref", corpus,
      "--format", "json")
    #expect(run.status == 0)
    #expect(run.diagnostics.isEmpty)
    let report = try EmittedReport(run.output)
    for subject in report.subjects {
      #expect(
        Set(subject.candidates)
          == ["digits-mlp.safetensors", "llamas/tiny-llama", "sentiment-lstm.h5"])
    }
    #expect(report.subjects.map(\.parents) == [["digits-mlp.safetensors"], ["sentiment-lstm.h5"]])
  }

  @Test func theEnvironmentNamesTheCorpus() async throws {
    let run = try await Sandbox().run(
      Demo.suspect("helpdesk-lstm"), "--format", "quiet",
      environment: ["SHELLCHECK_MODEL_CORPUS": Demo.reference("sentiment-lstm.h5")])
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("helpdesk-lstm: derived from sentiment-lstm.h5"))
  }

  @Test func withoutACorpusItSaysHowToGetOne() async throws {
    let run = try await Sandbox().run(Demo.suspect("helpdesk-lstm"))
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    for word in ["--ref", "SHELLCHECK_MODEL_CORPUS", "fingerprint MODEL --into"] {
      #expect(run.diagnostics.contains(word))
    }
    #expect(run.diagnostics.count { $0 == "\n" } == 1)
  }

  @Test func anEmptyCorpusSaysHowToFillIt() async throws {
    let sandbox = try Sandbox()
    let corpus = sandbox.folder.path("here")
    let run = try await sandbox.run(Demo.suspect("helpdesk-lstm"), "--ref", corpus)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.diagnostics.hasPrefix("shellcheck-model: error: \(corpus): no reference"))
    #expect(run.diagnostics.contains("fingerprint MODEL --into"))
  }

  @Test func fingerprintsOfReferencesAreKeptInTheCacheOnly() async throws {
    let sandbox = try Sandbox()
    let arguments = [
      Demo.suspect("mirror-digits"), "--ref", Demo.reference("digits-mlp.safetensors"),
    ]
    _ = try await sandbox.run(arguments: arguments + ["--no-cache"])
    #expect(!FileManager.default.fileExists(atPath: sandbox.cache))
    _ = try await sandbox.run(arguments: arguments)
    let cached = try Sandbox.listing(of: sandbox.cache)
    #expect(cached.keys.count { $0.hasSuffix(".fingerprint.safetensors") } == 1)
    #expect(cached.keys.allSatisfy { $0.hasPrefix("shellcheck-model") })
    _ = try await sandbox.run(arguments: arguments)
    #expect(try Sandbox.listing(of: sandbox.cache) == cached)
    for folder in ["home", "here"] {
      #expect(try Sandbox.listing(of: sandbox.folder.path(folder)).isEmpty)
    }
  }

  @Test func aCachedReferenceIsReadAgainWhenItsBytesChange() async throws {
    let sandbox = try Sandbox()
    let reference = try sandbox.copy(
      Demo.reference("digits-mlp.safetensors"), to: "reference.safetensors")
    let arguments = [Demo.suspect("mirror-digits"), "--ref", reference, "--format", "json"]
    let before = try await sandbox.run(arguments: arguments)
    try FileManager.default.removeItem(atPath: reference)
    _ = try sandbox.copy(
      Demo.suspect("digits-mlp-twin.safetensors"), to: "reference.safetensors")
    let after = try await sandbox.run(arguments: arguments)
    #expect(try EmittedReport(before.output).subjects.map(\.relation) == ["related"])
    #expect(try EmittedReport(after.output).subjects.map(\.relation) == ["no-evidence"])
  }

  @Test func nothingIsWrittenBesideModelsAndReferences() async throws {
    let sandbox = try Sandbox()
    let root = Demo.project.appending(path: "Corpus/Demo").path(percentEncoded: false)
    let before = try Sandbox.listing(of: root)
    #expect(before.count > 20)
    _ = try await Demo.check()
    let suspect = Demo.suspect("helpdesk-lstm")
    let reference = Demo.reference("sentiment-lstm.h5")
    _ = try await sandbox.run("inspect", suspect)
    _ = try await sandbox.run("compare", suspect, reference)
    _ = try await sandbox.run(
      "fingerprint", reference, "--into", sandbox.folder.path("fingerprints"))
    #expect(try Sandbox.listing(of: root) == before)
  }
}
