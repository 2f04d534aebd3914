import Fingerprint
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Compare

@Suite struct FingerprintCacheTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var cached: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path("cache"))
    return (names ?? []).sorted()
  }

  /// Root digest of a model, and whether its weights were read for it.
  private func digest(
    _ name: String, cache: FingerprintCache?, borrowing anchors: AnchorPool = .empty
  ) async throws -> (digest: String, wasRead: Bool) {
    let bytes = Mutex(0)
    let fingerprint = try SmallModels.source(cache: cache).fingerprint(
      path: folder.path(name), borrowing: anchors
    ) { count in bytes.withLock { $0 += count } }
    return (fingerprint.identity.digest, bytes.withLock { $0 } > 0)
  }

  private func replace(_ name: String, _ bytes: [UInt8]) throws {
    // In place of the old file, so that the inode differs whatever the clock's resolution.
    #expect(rename(try folder.write("new", bytes), folder.path(name)) == 0)
  }

  /// Looks at both sides make do with fewer anchors, which a reference known as a whole does not.
  @Test func onlyReferencesThatNobodyReadAreLookedAt() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    for (name, seed) in [("a", 1), ("b", 2)] as [(String, UInt64)] {
      try SmallModels.languageModel(
        in: "corpus/\(name)", seed: seed, hasVocabulary: true, folder: folder)
    }
    let corpus = try ReferenceCorpus(paths: [folder.path("corpus")])
    var source = try SmallModels.source(cache: cache)
    #expect(!corpus.isOnlyLookedAt(from: source), "all of them are read")
    source.isQuick = true
    #expect(corpus.isOnlyLookedAt(from: source))
    _ = try SmallModels.source(cache: cache).fingerprint(path: folder.path("corpus/b"))
    #expect(!corpus.isOnlyLookedAt(from: source))
    source.cache = nil
    #expect(corpus.isOnlyLookedAt(from: source))
    let known = try SmallModels.source().fingerprint(path: folder.path("corpus/a"))
    try FingerprintFile.write(known, to: folder.path("corpus/c.fingerprint.safetensors"))
    #expect(
      try !ReferenceCorpus(paths: [folder.path("corpus")]).isOnlyLookedAt(from: source))
  }

  @Test func readsWeightsOnceUntilTheyChange() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try folder.write("m/model.safetensors", SmallModels.bytes(seed: 1))
    let first = try await digest("m", cache: cache)
    let second = try await digest("m", cache: cache)
    #expect(first.wasRead && !second.wasRead)
    #expect(first.digest == second.digest)

    try replace("m/model.safetensors", SmallModels.bytes(seed: 2))
    let third = try await digest("m", cache: cache)
    #expect(third.wasRead)
    #expect(third.digest != first.digest)
    // The earlier state is kept: another build of the tool may use it.
    #expect(cached.count == 2)
  }

  @Test(arguments: ["config.json", "vocab.json", "README.md", "shards/more"])
  func readsWeightsAgainWhenAFileBesideThemChanges(name: String) async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try folder.write("m/model.safetensors", SmallModels.bytes(seed: 1))
    _ = try await digest("m", cache: cache)
    try folder.write("m/\(name)", text: "{}")
    #expect(try await digest("m", cache: cache).wasRead)
    #expect(try await !digest("m", cache: cache).wasRead)
    try replace("m/\(name)", Array("[]".utf8))
    #expect(try await digest("m", cache: cache).wasRead)
  }

  @Test func doesNotConfuseFilesOfOneFolder() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try folder.write("c/a.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/b.safetensors", SmallModels.bytes(seed: 2))
    let a = try await digest("c/a.safetensors", cache: cache)
    let b = try await digest("c/b.safetensors", cache: cache)
    #expect(a.digest != b.digest)
    // One file's neighbour is not its concern.
    try replace("c/b.safetensors", SmallModels.bytes(seed: 3))
    #expect(try await !digest("c/a.safetensors", cache: cache).wasRead)
    #expect(cached.count == 2)
  }

  @Test func keepsNamesAndBorrowedAnchorsApart() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try SmallModels.languageModel(in: "m", seed: 1, hasVocabulary: false, folder: folder)
    try SmallModels.languageModel(in: "lender", seed: 2, hasVocabulary: true, folder: folder)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("alias"), withDestinationPath: folder.path("m"))
    let source = try SmallModels.source(cache: cache)
    let lender = try source.fingerprint(path: folder.path("lender"))
    let plain = try source.fingerprint(path: folder.path("m"))
    let borrowed = try source.fingerprint(
      path: folder.path("m"), borrowing: AnchorPool([("lender", lender)]))
    let alias = try source.fingerprint(path: folder.path("alias"))
    #expect(plain.frame?.kind == .tokenIDs)
    #expect(borrowed.frame?.kind == .borrowedTokenStrings)
    #expect(plain.identity.name == "m")
    #expect(alias.identity.name == "alias")
  }

  /// So that a model whose fingerprint is there need not be opened to know which one is wanted.
  @Test func remembersForHowManyTokensAModelBorrows() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try SmallModels.languageModel(in: "m", seed: 1, hasVocabulary: false, folder: folder)
    try SmallModels.languageModel(in: "lender", seed: 2, hasVocabulary: true, folder: folder)
    let lender = try SmallModels.source(cache: nil)
      .fingerprint(path: folder.path("lender"))
    let anchors = AnchorPool([("lender", lender)])
    #expect(try await digest("m", cache: cache, borrowing: anchors).wasRead)
    let key = try #require(cache.key(ofModelAt: folder.path("m")))
    #expect(cache.unnamedTokens(for: key) == lender.frame?.vocabularySize)
    #expect(try await !digest("m", cache: cache, borrowing: anchors).wasRead)
    // What the cache says is believed: with another number nobody lends, and another fingerprint is
    // wanted.
    cache.store(unnamedTokens: 0, for: key)
    #expect(try await digest("m", cache: cache, borrowing: anchors).wasRead)
    try replace("m/model.safetensors", SmallModels.bytes(seed: 2))
    let changed = try #require(cache.key(ofModelAt: folder.path("m")))
    #expect(cache.unnamedTokens(for: changed) == nil)
  }

  @Test func replacesDamagedEntries() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    try folder.write("m/model.safetensors", SmallModels.bytes(seed: 1))
    let first = try await digest("m", cache: cache)
    let name = try #require(cached.first)
    for damage in [[], Array("garbage".utf8), SmallModels.bytes(seed: 3)] {
      try folder.write("cache/\(name)", damage)
      let again = try await digest("m", cache: cache)
      #expect(again.wasRead)
      #expect(again.digest == first.digest)
      #expect(try await !digest("m", cache: cache).wasRead)
    }
  }

  @Test func worksWithoutACacheThatCanBeWritten() async throws {
    try folder.write("file", text: "no folder")
    try folder.write("m/model.safetensors", SmallModels.bytes(seed: 1))
    for cache in [nil, FingerprintCache(folder: folder.path("file/cache"))] {
      let first = try await digest("m", cache: cache)
      let second = try await digest("m", cache: cache)
      #expect(first.wasRead && second.wasRead)
      #expect(first.digest == second.digest)
    }
  }

  @Test func servesRunsThatShareIt() async throws {
    let cache = FingerprintCache(folder: folder.path("cache"))
    for seed in 1...4 {
      try folder.write("c/\(seed).safetensors", SmallModels.bytes(seed: UInt64(seed)))
    }
    let corpus = try ReferenceCorpus(paths: [folder.path("c")])
    let source = try SmallModels.source(cache: cache)
    let digests = await withTaskGroup(of: String.self) { group in
      for _ in 0..<6 { group.addTask { corpus.load(from: source).digest } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(digests.count == 1)
    #expect(cached.count == 4)
    #expect(cached.allSatisfy { $0.hasSuffix(".fingerprint.safetensors") })
  }

  @Test func writesNothingBesideTheModels() async throws {
    try folder.write("c/m/model.safetensors", SmallModels.bytes(seed: 1))
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path("c"))
    let source = try SmallModels.source(cache: FingerprintCache(folder: folder.path("cache")))
    let loaded = try ReferenceCorpus(paths: [folder.path("c")]).load(from: source)
    #expect(loaded.references.count == 1)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path("c")) == before)
    #expect(cached.count == 1)
  }
}
