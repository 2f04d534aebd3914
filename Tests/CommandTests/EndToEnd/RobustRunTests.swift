import Foundation
import Glibc
import TestSupport
import Testing

/// Runs that are interrupted, that share a cache, or that may not write.
@Suite struct RobustRunTests {
  private let subject = Demo.suspect("mirror-digits")
  private let reference = Demo.reference("digits-mlp.safetensors")

  /// The parser of HDF5 structure runs while the weights of an archive lie in a temporary file: a
  /// script in its place interrupts the tool at that moment.
  @Test(arguments: [("INT", SIGINT), ("TERM", SIGTERM), ("HUP", SIGHUP)])
  func anInterruptionLeavesNothingBehind(name: String, signal: Int32) async throws {
    let sandbox = try Sandbox()
    let output = try sandbox.folder.write("here/report.json", text: "old")
    let temporary = sandbox.folder.path("tmp")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let parser = try sandbox.folder.write(
      "parser",
      text: "#!/bin/sh\nls '\(temporary)' > '\(temporary).seen'\nkill -\(name) $PPID\nsleep 5\n")
    try #require(chmod(parser, 0o700) == 0)
    let archive = Demo.project.appending(path: "Tests/LoadTests/Fixtures/model.keras")
    let run = try await sandbox.run(
      archive.path(percentEncoded: false), "--ref", reference, "--format", "json", "-o", output,
      environment: ["SHELLCHECK_MODEL_EXECUTABLE": parser, "TMPDIR": temporary])
    #expect(run.status == signal)
    let seen = try String(contentsOfFile: temporary + ".seen", encoding: .utf8)
    #expect(seen.hasPrefix("shellcheck-model-"))
    #expect(try Sandbox.listing(of: temporary).isEmpty)
    #expect(try Array(Sandbox.listing(of: sandbox.folder.path("here")).keys) == ["report.json"])
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "old")
  }

  @Test func runsThatShareACacheAgree() async throws {
    let sandbox = try Sandbox()
    let results = try await withThrowingTaskGroup(of: ToolProcess.Result.self) { group in
      for _ in 0..<6 {
        group.addTask { [subject, reference] in
          try await sandbox.run(subject, "--ref", reference, "--format", "json", "--threads", "1")
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(results.map(\.output)).count == 1)
    #expect(results.allSatisfy { $0.status == 0 && $0.diagnostics.isEmpty })
    // One entry, whole: the next run takes its reference from it and says the same.
    let entries = try Sandbox.listing(of: sandbox.cache)
    #expect(entries.count { $0.key.hasSuffix(".fingerprint.safetensors") } == 1)
    #expect(!entries.contains { $0.key.hasSuffix(".partial") })
    let again = try await sandbox.run(subject, "--ref", reference, "--format", "json")
    #expect(again.output == results[0].output)
    #expect(try Sandbox.listing(of: sandbox.cache) == entries)
  }

  enum Cache: CaseIterable { case isAFile, cannotBeMade, holdsGarbage }

  @Test(arguments: Cache.allCases)
  func aCacheThatCannotBeUsedChangesNothing(cache: Cache) async throws {
    let sandbox = try Sandbox()
    let expected = try await sandbox.run(subject, "--ref", reference, "--format", "json")
    var folder = sandbox.cache
    switch cache {
    case .isAFile: folder = try sandbox.folder.write("file", [1, 2, 3])
    case .cannotBeMade: folder = "/proc/no/cache"
    case .holdsGarbage:
      for name in try Sandbox.listing(of: folder).keys where name.hasSuffix(".safetensors") {
        try sandbox.folder.write("cache/\(name)", [UInt8](repeating: 7, count: 1000))
      }
    }
    let run = try await sandbox.run(
      subject, "--ref", reference, "--format", "json", environment: ["XDG_CACHE_HOME": folder])
    #expect(run.status == 0)
    #expect(run.diagnostics.isEmpty)
    #expect(run.output == expected.output)
  }

  @Test func aCorpusIsNotWrittenTo() async throws {
    let sandbox = try Sandbox()
    _ = try sandbox.copy(reference, to: "corpus/digits-mlp.safetensors")
    let corpus = sandbox.folder.path("corpus")
    try #require(chmod(corpus, 0o500) == 0)
    let before = try Sandbox.listing(of: corpus)
    let run = try await sandbox.run(subject, "--ref", corpus, "--format", "quiet")
    try #require(chmod(corpus, 0o700) == 0)
    #expect(run.status == 0)
    #expect(try Sandbox.listing(of: corpus) == before)
  }

  /// Damage to a reference's fingerprint or to the manifest is a finding and a failed input
  /// (status 2); the rest is compared.
  @Test(arguments: ["tiny.fingerprint.safetensors", "manifest.json"])
  func damageInACorpusIsReportedAndTheRestCompared(name: String) async throws {
    let sandbox = try Sandbox()
    _ = try sandbox.copy(reference, to: "corpus/digits-mlp.safetensors")
    let damaged = sandbox.folder.path("corpus/\(name)")
    if name.hasSuffix(".json") {
      try sandbox.folder.write("corpus/\(name)", text: #"{"schema": 1, "references": [{]}"#)
    } else {
      let made = try await sandbox.run(
        "fingerprint", Demo.reference("digits-mlp.safetensors"), "-o", damaged)
      try #require(made.status == 0)
      var bytes = Array(try Data(contentsOf: URL(filePath: damaged)))
      bytes[bytes.count - 1] ^= 1
      try sandbox.folder.write("corpus/\(name)", bytes)
    }
    let run = try await sandbox.run(
      subject, "--ref", sandbox.folder.path("corpus"), "--format", "json")
    #expect(run.status == 2)
    #expect(run.diagnostics.hasPrefix("shellcheck-model: error: \(damaged): "))
    let report = try EmittedReport(run.output).subject("mirror-digits")
    #expect(report.parents == ["digits-mlp.safetensors"])
    #expect(report.findings.contains("SCM6002"))
  }
}
