import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// A hub's cache as a corpus: one reference for each model, whatever else is in it.
@Suite struct HubCacheCorpusTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func corpus(_ names: String...) throws -> ReferenceCorpus {
    try ReferenceCorpus(paths: names.map(folder.path))
  }

  /// A snapshot whose files are links to blobs, as the hub's client keeps them.
  private func write(
    _ repository: String, _ revision: String, files: [String] = ["model.safetensors"],
    seed: UInt64
  ) throws {
    for (number, file) in files.enumerated() {
      let blob = "\(seed)\(number)" + String(repeating: "0", count: 62)
      try folder.write(
        "hub/\(repository)/blobs/\(blob)", SmallModels.bytes(seed: seed + UInt64(number)))
      let link = folder.path("hub/\(repository)/snapshots/\(revision)/\(file)")
      try FileManager.default.createDirectory(
        at: URL(filePath: link).deletingLastPathComponent(), withIntermediateDirectories: true)
      let ups = String(repeating: "../", count: 2 + file.count { $0 == "/" })
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "\(ups)blobs/\(blob)")
    }
  }

  @Test func eachModelIsOneReferenceAtItsMainRevision() throws {
    try write("models--lab--base", "aaaa", seed: 1)
    try write("models--lab--base", "bbbb", seed: 2)
    try folder.write("hub/models--lab--base/refs/main", text: "bbbb\n")
    try write("models--gpt2", "cccc", seed: 3)
    try folder.write("hub/models--lab--base/.no_exist/x", text: "")
    try folder.write("hub/version.txt", text: "1")
    let corpus = try corpus("hub")
    #expect(corpus.problems.isEmpty)
    #expect(corpus.entries.map(\.id) == ["gpt2", "lab/base"])
    #expect(
      corpus.entries.map(\.identity)
        == [
          ModelIdentity(name: "gpt2", revision: "cccc"),
          ModelIdentity(owner: "lab", name: "base", revision: "bbbb"),
        ])
    #expect(corpus.entries.map(\.path).allSatisfy { !$0.contains("/blobs") })
    #expect(corpus.entries[1].path.hasSuffix("/snapshots/bbbb"))
  }

  @Test func aRepositoryAndASnapshotAreReferencesToo() throws {
    try write("models--lab--base", "aaaa", seed: 1)
    for name in [
      "hub/models--lab--base", "hub/models--lab--base/snapshots/aaaa",
      "hub/models--lab--base/snapshots/aaaa/model.safetensors",
    ] {
      let corpus = try corpus(name)
      #expect(corpus.entries.map(\.id) == ["lab/base"])
      #expect(corpus.entries.first?.identity?.owner == "lab")
    }
  }

  @Test func ofSeveralSnapshotsWithoutAMainNoneIsChosen() throws {
    try write("models--lab--base", "aaaa", seed: 1)
    try write("models--lab--base", "bbbb", seed: 2)
    try write("models--lab--other", "cccc", seed: 3)
    let corpus = try corpus("hub")
    #expect(corpus.entries.map(\.id) == ["lab/other"])
    #expect(corpus.problems.map(\.message).contains { $0.contains("refs/main") })
  }

  @Test func partsOfAPipelineBearItsName() throws {
    try write(
      "models--lab--draw", "aaaa",
      files: [
        "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors",
      ], seed: 1)
    #expect(try corpus("hub").entries.map(\.id) == ["lab/draw/unet", "lab/draw/vae"])
  }
}
