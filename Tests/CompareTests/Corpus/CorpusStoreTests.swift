import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// A corpus that is added to, removed from, and looked through.
@Suite struct CorpusStoreTests {
  let folder: TemporaryFolder
  let store: CorpusStore

  init() throws {
    folder = try TemporaryFolder()
    store = CorpusStore(folder: folder.path("corpus"))
  }

  private func fingerprint(_ seed: UInt64) throws -> ModelFingerprint {
    let path = try folder.write("models/\(seed).safetensors", SmallModels.bytes(seed: seed))
    return try SmallModels.source().fingerprint(path: path)
  }

  @discardableResult
  private func add(
    _ seed: UInt64, as id: String, _ change: (inout CorpusFacts) -> Void = { _ in }
  ) throws -> CorpusStore.Place {
    let steps = id.split(separator: "/").map(String.init)
    var facts = CorpusFacts()
    facts.isRecorded = true
    change(&facts)
    return try store.add(
      try fingerprint(seed),
      as: ModelIdentity(owner: steps.count == 2 ? steps[0] : nil, name: steps[steps.count - 1]),
      facts: facts)
  }

  private func manifest() throws -> CorpusManifest {
    try CorpusManifest(path: folder.path("corpus/manifest.json"))
  }

  private func audit() throws -> CorpusAudit {
    CorpusAudit(
      of: try ReferenceCorpus(paths: [store.folder]), in: store.folder,
      from: try SmallModels.source())
  }

  // MARK: Adding

  /// By its bytes: beside a combining mark a slash is another character, and a slash to the system.
  @Test(arguments: [
    "", ".hid", "a/../b", "ev\0il", "lab/\u{301}/../x", "sub\u{600}/../\u{301}esc", "a\\b",
  ])
  func anIDThatCannotNameAFileIsRefused(id: String) throws {
    #expect(throws: FingerprintError.self) {
      try store.add(
        try fingerprint(1), as: ModelIdentity(owner: nil, name: id), facts: CorpusFacts())
    }
    let files = try? FileManager.default.contentsOfDirectory(atPath: store.folder)
    #expect(
      (files ?? []).allSatisfy { $0.hasPrefix(".") && $0.hasSuffix("lock") }, "\(files ?? [])")
  }

  @Test func aManifestThatLeadsOutOfTheCorpusIsRefused() throws {
    try add(1, as: "lab/a")
    let text =
      #"{"schema": 1, "references": [{"id": "x", "file": "../\u0301x.fingerprint.safetensors"}]}"#
    try folder.write("corpus/manifest.json", text: text)
    #expect(throws: FingerprintError.self) { try store.remove(["x"]) }
  }

  @Test func weightsAreNotRemovedWhateverTheManifestCallsThem() throws {
    try folder.write("corpus/model.safetensors", SmallModels.bytes(seed: 3))
    try folder.write("corpus/config.json", text: "{}")
    try folder.write(
      "corpus/manifest.json",
      text: #"{"schema": 1, "references": [{"id": "base", "file": "model.safetensors"}]}"#)
    #expect(throws: FingerprintError.self) { try store.remove(["base"]) }
    #expect(FileManager.default.fileExists(atPath: folder.path("corpus/model.safetensors")))
  }

  @Test func noReferenceTakesTheNameOfOneThatTheManifestDoesNotList() throws {
    try add(1, as: "lab/a")
    try FileManager.default.removeItem(atPath: folder.path("corpus/manifest.json"))
    try FileManager.default.moveItem(
      atPath: folder.path("corpus/lab--a.fingerprint.safetensors"),
      toPath: folder.path("corpus/other.fingerprint.safetensors"))
    let known = try CorpusStore.holders(in: store.folder)
    let id = try #require(known.keys.first)
    #expect(throws: FingerprintError.self) { try add(2, as: id) }
  }

  @Test func aFileThatWasMissingIsListedByItsOwnDigest() throws {
    try add(1, as: "lab/a")
    try FileManager.default.removeItem(
      atPath: folder.path("corpus/lab--a.fingerprint.safetensors"))
    try add(2, as: "lab/a")
    let listed = try #require(try manifest().references.first)
    #expect(
      listed.sha256
        == (try CorpusStore.digest(of: folder.path("corpus/lab--a.fingerprint.safetensors"))))
  }

  @Test func thousandsOfParentsAreHeldAgainstEachOtherOnce() {
    let ids = (0..<3000).map(String.init)
    let parents = Dictionary(
      uniqueKeysWithValues: ids.indices.map { (ids[$0], ids[0..<min($0, 400)].map(\.self)) })
    let circles = DescentCircles(parents, order: ids)
    #expect(!circles.join("7", "2000"))
    let ring = DescentCircles(
      ["a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"], "e": []], order: ["d", "a", "b", "c", "e"])
    #expect(ring.join("a", "c"))
    #expect(ring.join("b", "a"))
    #expect(!ring.join("d", "a"))
    #expect(!ring.join("e", "a"))
    #expect(ring.join("e", "e"))
  }

  @Test func whatIsSaidIsWrittenAndWhatWasSaidStays() throws {
    let first = try add(1, as: "lab/base") {
      $0.license = "mit"
      $0.released = "2025-01-31"
      $0.isOriginal = true
      $0.aliases = ["mirror/base"]
    }
    #expect(first.state == .new)
    #expect(try add(1, as: "lab/base").state == .present)
    let again = try add(1, as: "lab/base") {
      $0.aliases = ["mirror/base", "lab/base", "other/base"]
      $0.license = "apache-2.0"
    }
    #expect(again.state == .changed)
    let entry = try #require(try manifest().references.first)
    #expect(entry.license == "apache-2.0")
    #expect(entry.released == "2025-01-31")
    #expect(entry.isOriginal)
    #expect(entry.aliases == ["mirror/base", "other/base"])
    #expect(entry.sha256 == (try FileDigests().digest(ofFile: first.path)))
    #expect(try audit().issues.isEmpty)
  }

  @Test func anOriginalHasNoParents() throws {
    try add(1, as: "base") { $0.isOriginal = true }
    #expect(throws: FingerprintError.self) {
      try add(1, as: "base") { $0.parents = ["lab/other"] }
    }
    #expect(try manifest().references.first?.parents == [])
  }

  /// `a--b` and `a/b` would be one file.
  @Test func oneFileIsNoTwoReferences() throws {
    try add(1, as: "lab/base")
    let error = #expect(throws: FingerprintError.self) { try add(1, as: "lab--base") }
    #expect(error?.message.contains("calls the model in this file 'lab/base'") ?? false)
    #expect(try manifest().references.map(\.id) == ["lab/base"])
  }

  @Test func writersAtOnceLoseNothing() throws {
    let fingerprints = try (1...12).map { try fingerprint(UInt64($0)) }
    let store = store
    let failures = Concurrent.map(12, threads: 12) { index -> String? in
      var facts = CorpusFacts()
      facts.isRecorded = true
      do throws(FingerprintError) {
        _ = try store.add(
          fingerprints[index], as: ModelIdentity(owner: "lab", name: "m\(index)"), facts: facts)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(failures.compactMap(\.self).isEmpty)
    #expect(try manifest().references.count == 12)
    #expect(try audit().issues.isEmpty)
  }

  // MARK: Removing

  @Test func whatIsRemovedIsGoneAndTheRestStays() throws {
    let place = try add(1, as: "lab/a")
    try add(2, as: "lab/b")
    #expect(try store.remove(["lab/a"]).map(\.path) == [place.path])
    #expect(try ReferenceCorpus(paths: [store.folder]).entries.map(\.id) == ["lab/b"])
    #expect(!FileManager.default.fileExists(atPath: place.path))
  }

  @Test func nothingIsRemovedWhereOneIsNotThereOrIsAModel() throws {
    try add(1, as: "lab/a")
    try folder.write("corpus/b.safetensors", SmallModels.bytes(seed: 2))
    for ids in [["lab/a", "lab/c"], ["lab/a", "b.safetensors"]] {
      #expect(throws: FingerprintError.self) { try store.remove(ids) }
    }
    #expect(
      try ReferenceCorpus(paths: [store.folder]).entries.map(\.id) == ["b.safetensors", "lab/a"])
    #expect(throws: FingerprintError.self) {
      try CorpusStore(folder: folder.path("nowhere")).remove(["lab/a"])
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("nowhere")))
  }

  @Test func whatIsMissingCanBeForgotten() throws {
    let place = try add(1, as: "lab/a")
    try FileManager.default.removeItem(atPath: place.path)
    #expect(try audit().issues.map(\.kind) == [.damaged])
    _ = try store.remove(["lab/a"])
    #expect(try manifest().references.isEmpty)
  }

  // MARK: Looking through

  @Test func damageIsFoundThoughTheSizeIsTheSame() throws {
    let place = try add(1, as: "lab/a")
    try add(2, as: "lab/b")
    var bytes = try Data(contentsOf: URL(filePath: place.path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(filePath: place.path))
    let audit = try audit()
    #expect(audit.issues.map(\.kind) == [.damaged])
    #expect(audit.issues.first?.references == ["lab/a"])
    #expect(audit.issues.first?.message.contains("its SHA-256 is") ?? false)
    #expect(audit.items.map { $0.content != nil } == [false, true])
  }

  @Test func duplicatesAndContradictionsAreNamed() throws {
    try add(1, as: "lab/a") { $0.isOriginal = true }
    try add(1, as: "copy/a") { $0.isOriginal = true }
    try add(2, as: "lab/b") {
      $0.parents = ["lab/c"]
      $0.released = "2024-01-01"
      $0.aliases = ["lab/a"]
    }
    try add(3, as: "lab/c") {
      $0.parents = ["lab/b"]
      $0.released = "2025-01-01"
    }
    let issues = try audit().issues
    #expect(issues.filter { $0.kind == .duplicate }.map(\.references) == [["copy/a", "lab/a"]])
    let contradictions = issues.filter { $0.kind == .contradiction }
    for (ids, words) in [
      (["lab/a", "lab/b"], "go by the name 'lab/a'"),
      (["copy/a", "lab/a"], "all are the original"),
      (["lab/b", "lab/c"], "the child was released on 2024-01-01"),
      (["lab/b", "lab/c"], "each descends"), (["lab/c", "lab/b"], "each descends"),
    ] {
      #expect(contradictions.contains { $0.references == ids && $0.message.contains(words) })
    }
    #expect(contradictions.count == 5)
  }
}
