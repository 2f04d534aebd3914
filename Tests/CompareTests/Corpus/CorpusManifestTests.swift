import Crypto
import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

@Suite struct CorpusManifestTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func sha256(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hexadecimal }

  private func manifest(_ references: String...) throws {
    try folder.write(
      "c/manifest.json",
      text: "{\"schema\":1,\"references\":[\(references.joined(separator: ","))]}")
  }

  private func load(_ cache: FingerprintCache? = nil) async throws -> LoadedCorpus {
    try ReferenceCorpus(paths: [folder.path("c")])
      .load(from: try SmallModels.source(cache: cache))
  }

  @Test func readsAllThatIsKnownOfAReference() throws {
    let digest = String(repeating: "aB", count: 32)
    try manifest(
      """
      {"id":"i","name":"n","family":"f","license":"l","sourceRevision":"r","file":"d/f",
       "sha256":"\(digest)","aliases":["org/a","b"]}
      """, #"{"id":"j","file":"g"}"#)
    let read = try CorpusManifest(path: folder.path("c/manifest.json"))
    #expect(
      read.references == [
        CorpusManifest.Entry(
          id: "i", name: "n", family: "f", license: "l", sourceRevision: "r", file: "d/f",
          sha256: digest.lowercased(), aliases: ["org/a", "b"]),
        CorpusManifest.Entry(id: "j", file: "g"),
      ])
  }

  @Test func takesEitherSpellingOfLicenceAndNotBoth() throws {
    let path = folder.path("c/manifest.json")
    try manifest(#"{"id":"i","licence":"mit","file":"f"}"#)
    #expect(try CorpusManifest(path: path).references.map(\.license) == ["mit"])
    try manifest(#"{"id":"i","licence":"mit","license":"mit","file":"f"}"#)
    #expect(throws: LoadError.self) { try CorpusManifest(path: path) }
  }

  @Test func writesWhatItReads() throws {
    let manifest = CorpusManifest(references: [
      CorpusManifest.Entry(
        id: "a/\"b\"", name: "n", family: "f", license: "l", sourceRevision: "r", file: "d/f",
        sha256: String(repeating: "0a", count: 32), aliases: ["x", "y"]),
      CorpusManifest.Entry(id: "z", file: "g"),
    ])
    let path = folder.path("manifest.json")
    try manifest.write(to: path)
    #expect(try CorpusManifest(path: path) == manifest)
  }

  @Test func saysThatAnotherSchemaIsAnotherSchema() throws {
    let path = try folder.write("manifest.json", text: #"{"schema":2,"models":[]}"#)
    let error = #expect(throws: LoadError.self) { try CorpusManifest(path: path) }
    #expect(error?.message == "the manifest does not have the schema 1")
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"schema":2,"references":[]}"#, #"{"schema":1}"#,
    #"{"schema":1,"references":{}}"#, #"{"schema":1,"references":[],"more":1}"#,
    #"{"schema":1,"references":["file"]}"#, #"{"schema":1,"references":[{"id":"a"}]}"#,
    #"{"schema":1,"references":[{"file":"a"}]}"#,
    #"{"schema":1,"references":[{"id":"","file":"a"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a","sha265":"typo"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a","sha256":"12"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a","sha256":null}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a","aliases":"b"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a","aliases":[1]}]}"#,
    #"{"schema":1,"references":[{"id":1,"file":"a"}]}"#,
    #"{"schema":1,"references":[{"id":"a","id":"b","file":"a"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a"},{"id":"a","file":"b"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a"},{"id":"b","file":"a"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"/etc/passwd"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"../a"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a/../../b"}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":""}]}"#,
    #"{"schema":1,"references":[{"id":"a","file":"a\u0000b"}]}"#,
    #"{"schema":1,"references":[]} trailing"#,
  ])
  func damageIsAProblemAndFilesKeepTheirNames(text: String) async throws {
    try folder.write("c/a.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/manifest.json", text: text)
    let loaded = try await load()
    #expect(loaded.references.map(\.id) == ["a.safetensors"])
    #expect(loaded.problems.map(\.path) == [folder.path("c/manifest.json")])
  }

  @Test func givesReferencesTheirIDs() async throws {
    let bytes = SmallModels.bytes(seed: 1)
    try folder.write("c/a.safetensors", bytes)
    try folder.write("c/b.safetensors", bytes)
    try folder.write("c/m/model.safetensors", bytes)
    try folder.write("c/far/away/from/here.safetensors", bytes)
    try manifest(
      #"{"id":"org/a","file":"a.safetensors","license":"mit","sha256":"\#(sha256(bytes))"}"#,
      #"{"id":"org/m","file":"m/model.safetensors","sha256":"\#(sha256(bytes))"}"#,
      #"{"id":"org/far","file":"far/away/from/here.safetensors"}"#)
    let loaded = try await load()
    #expect(loaded.problems.isEmpty)
    #expect(loaded.references.map(\.id) == ["b.safetensors", "org/a", "org/far", "org/m"])
    #expect(loaded.references.map(\.manifest?.license) == [nil, "mit", nil, nil])
    #expect(loaded.references.last?.checkpointPath == folder.path("c/m"))
  }

  @Test func reportsMissingAndExchangedReferences() async throws {
    try folder.write("c/a.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/b.safetensors", SmallModels.bytes(seed: 2))
    try manifest(
      #"{"id":"a","file":"a.safetensors","sha256":"\#(sha256(SmallModels.bytes(seed: 9)))"}"#,
      #"{"id":"b","file":"b.safetensors","sha256":"\#(sha256(SmallModels.bytes(seed: 2)))"}"#,
      #"{"id":"c","file":"c.safetensors"}"#)
    let loaded = try await load(FingerprintCache(folder: folder.path("cache")))
    #expect(loaded.references.map(\.id) == ["b"])
    #expect(
      Set(loaded.problems.map(\.path))
        == [folder.path("c/a.safetensors"), folder.path("c/c.safetensors")])
  }

  @Test func digestsFoldersAsSha256sumPrintsThem() throws {
    let (one, two) = (SmallModels.bytes(seed: 1), SmallModels.bytes(seed: 2))
    try folder.write("single/model.safetensors", one)
    try folder.write("single/config.json", text: "{}")
    try folder.write("shards/b.safetensors", two)
    try folder.write("shards/a.safetensors", one)
    let digests = FileDigests(cache: FingerprintCache(folder: folder.path("cache")))
    let lines = "\(sha256(one))  a.safetensors\n\(sha256(two))  b.safetensors\n"
    for _ in 0..<2 {
      #expect(try digests.digest(ofModelAt: folder.path("single")) == sha256(one))
      #expect(try digests.digest(ofModelAt: folder.path("shards")) == sha256(Array(lines.utf8)))
    }
    // In place of the old file, so that the inode differs whatever the clock's resolution.
    let other = try folder.write("other", two)
    #expect(rename(other, folder.path("single/model.safetensors")) == 0)
    #expect(try digests.digest(ofModelAt: folder.path("single")) == sha256(two))
  }
}
