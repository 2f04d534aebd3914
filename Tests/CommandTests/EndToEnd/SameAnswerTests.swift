import Foundation
import TestSupport
import Testing

/// The same bytes get the same report, however they are read.
@Suite struct SameAnswerTests {
  @Test(arguments: [
    ("tiny-llama-chat", "tiny-llama"), ("helpdesk-lstm", "sentiment-lstm.h5"),
    ("mirror-digits", "digits-mlp.safetensors"),
  ])
  func threadsAndCacheDoNotChangeAByte(suspect: String, reference: String) async throws {
    let sandbox = try Sandbox()
    // The first run fills the cache, the second reads it, the third has none.
    var reports: Set<String> = []
    for options in [["--threads", "1"], ["--threads", "2"], ["--threads", "8", "--no-cache"]] {
      let run = try await sandbox.run(
        arguments: [
          Demo.suspect(suspect), "--ref", Demo.reference(reference), "--format", "json",
          "--detail", "tensors",
        ] + options)
      #expect(run.status == 0)
      #expect(try EmittedReport(run.output).subjects.map(\.relation) == ["derived"])
      reports.insert(run.output)
    }
    #expect(reports.count == 1)
  }

  /// Digests exactly, figures to what people see; a level that the processor lacks is refused.
  @Test func instructionSetsDoNotChangeWhatIsPrinted() async throws {
    let sandbox = try Sandbox()
    var reports: Set<String> = []
    for level in ["portable", "avx2", "avx512"] {
      let run = try await sandbox.run(
        Demo.suspect("tiny-llama-chat"), "--ref", Demo.reference("tiny-llama"),
        environment: ["SHELLCHECK_MODEL_SIMD": level])
      if run.status == 64 {
        #expect(level != "portable")
        #expect(run.diagnostics.contains("SHELLCHECK_MODEL_SIMD"))
      } else {
        #expect(run.status == 0)
        reports.insert(run.output)
      }
    }
    #expect(reports.count == 1)
    let wrong = try await sandbox.run("--version", environment: ["SHELLCHECK_MODEL_SIMD": "mmx"])
    #expect(wrong.status == 64)
  }

  @Test func aFingerprintStandsInForItsModel() async throws {
    let sandbox = try Sandbox()
    let corpus = sandbox.folder.path("fingerprints")
    for model in ["tiny-llama", "sentiment-lstm.h5"] {
      let made = try await sandbox.run("fingerprint", Demo.reference(model), "--into", corpus)
      #expect(made.status == 0)
      #expect(made.output.contains("\(corpus)/\(model).fingerprint.safetensors"))
    }
    for (suspect, reference) in [
      ("tiny-llama-chat", "tiny-llama"), ("helpdesk-lstm", "sentiment-lstm.h5"),
    ] {
      let run = try await sandbox.run(
        Demo.suspect(suspect), "--ref", corpus, "--format", "json")
      #expect(run.status == 0)
      let stored = try EmittedReport(run.output).subject(suspect)
      let direct = try EmittedReport(try await Demo.check().output).subject(suspect)
      #expect(stored.relation == "derived")
      #expect(stored.parents == [reference])
      #expect(stored.kinds == direct.kinds)
      #expect(stored.findings == direct.findings)
      let shares = [stored, direct].compactMap {
        $0["parents"]?.array?.first?["modification"]?["derivedShare"]?.number
      }
      #expect(shares.count == 2 && abs(shares[0] - shares[1]) < 0.01)
    }
  }

  @Test func aSubjectMayBeAFingerprintToo() async throws {
    let sandbox = try Sandbox()
    let subject = sandbox.folder.path("child.fingerprint.safetensors")
    _ = try await sandbox.run("fingerprint", Demo.suspect("mirror-digits"), "-o", subject)
    let run = try await sandbox.run(
      "compare", subject, Demo.reference("digits-mlp.safetensors"), "--format", "json")
    let report = try #require(try EmittedReport(run.output).subjects.first)
    #expect(report.relation == "derived")
    #expect(report["subject"]?["declared"]?["baseModels"] == .array([.string("digits-mlp")]))
    #expect(run.status == 0)
  }

  @Test func aDamagedFingerprintIsRefused() async throws {
    let sandbox = try Sandbox()
    let file = sandbox.folder.path("m.fingerprint.safetensors")
    _ = try await sandbox.run(
      "fingerprint", Demo.reference("digits-mlp.safetensors"), "-o", file)
    var bytes = try Data(contentsOf: URL(filePath: file))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(filePath: file))
    let run = try await sandbox.run(Demo.suspect("mirror-digits"), "--ref", file)
    #expect(run.status == 2)
    #expect(run.diagnostics.contains(file))
  }
}
