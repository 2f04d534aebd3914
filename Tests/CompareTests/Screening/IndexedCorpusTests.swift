import Fingerprint
import Foundation
import TestSupport
import Testing

@testable import Compare

/// Corpora of more references than are all compared.
@Suite struct IndexedCorpusTests {
  let folder: TemporaryFolder
  private static let count = ReferenceCorpus.screenedCount + 6
  private static let parent = 40

  init() throws {
    folder = try TemporaryFolder()
    for number in 0..<Self.count {
      try write(SketchedModel(seed: UInt64(number)), name(number))
    }
  }

  private func name(_ number: Int) -> String { "model-\(number)" }

  private func write(_ model: SketchedModel, _ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("corpus"), withIntermediateDirectories: true)
    try FingerprintFile.write(
      model.fingerprint, to: folder.path("corpus/\(name)\(FingerprintFile.suffix)"))
  }

  private func corpus(kept: Bool = true) async throws -> IndexedCorpus {
    let cache = kept ? FingerprintCache(folder: folder.path("cache")) : nil
    return try ReferenceCorpus(paths: [folder.path("corpus")])
      .indexed(from: SmallModels.source(cache: cache))
  }

  private func indices() throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("cache"))
    return try Dictionary(
      uniqueKeysWithValues: names.filter { $0.hasSuffix(".index") }.map {
        ($0, try Data(contentsOf: URL(filePath: folder.path("cache/\($0)"))))
      })
  }

  private var child: ModelFingerprint {
    SketchedModel(seed: UInt64(Self.parent)).plus(1, of: SketchedModel(seed: 9999)).fingerprint
  }

  @Test(arguments: [true, false])
  func opensTheParentAndFewOthers(kept: Bool) async throws {
    let corpus = try await corpus(kept: kept)
    let selection = corpus.selection(for: child) { $0.id == "model-7" }
    let ids = selection.references.map(\.id)
    #expect(ids.contains(name(Self.parent)))
    #expect(ids.contains("model-7"))
    #expect(ids.count < Self.count / 2 + 10)
    #expect(ids.count + selection.screened.count == Self.count)
    #expect(selection.controls?.isSubset(of: ids) == true)
    #expect(selection.screened.allSatisfy { $0.isClear })
    #expect(FileManager.default.fileExists(atPath: folder.path("cache")) == kept)
  }

  @Test func saysWhatALoadedCorpusSays() async throws {
    let references = try ReferenceCorpus(paths: [folder.path("corpus")])
    let loaded = references.load(from: try SmallModels.source())
    let indexed = try await corpus()
    #expect(indexed.digest == loaded.digest)
    #expect(indexed.count == loaded.count)
    #expect(indexed.anchors.signature == loaded.anchors.signature)
    let frame = indexed.anchors.frame(vocabularySize: 2000)
    #expect(frame == loaded.references[0].fingerprint.frame)
  }

  @Test func smallCorporaAreComparedAsAWhole() async throws {
    for number in ReferenceCorpus.screenedCount..<Self.count {
      try FileManager.default.removeItem(
        atPath: folder.path("corpus/\(name(number))\(FingerprintFile.suffix)"))
    }
    let references = try ReferenceCorpus(paths: [folder.path("corpus")])
    let corpus = references.comparable(from: try SmallModels.source())
    let selection = corpus.selection(for: child) { _ in false }
    #expect(selection.references.count == ReferenceCorpus.screenedCount)
    #expect(selection.screened.isEmpty && selection.controls == nil)
  }

  @Test func keepsTheIndexWhileNothingChanges() async throws {
    _ = try await corpus()
    let before = try indices()
    #expect(before.count == 1)
    _ = try await corpus()
    #expect(try indices() == before)
  }

  @Test func bringsTheIndexUpToDate() async throws {
    _ = try await corpus()
    let before = try indices()
    try write(SketchedModel(seed: 5000), name(3))
    try write(SketchedModel(seed: 5001), "new")
    let corpus = try await corpus()
    #expect(corpus.count == Self.count + 1)
    #expect(try indices().keys == before.keys)
    #expect(try indices() != before)
    let subject = SketchedModel(seed: 5000).plus(0.5, of: SketchedModel(seed: 1234)).fingerprint
    let scores = corpus.scores(of: subject)
    let best = scores.indices.max { scores[$0].strongest < scores[$1].strongest }
    #expect(best.map { corpus.members[$0].entry.id } == name(3))
  }

  @Test func makesADamagedIndexAnew() async throws {
    _ = try await corpus()
    let (name, whole) = try #require(try indices().first)
    try folder.write("cache/\(name)", whole.prefix(whole.count / 2))
    #expect(try await corpus().count == Self.count)
    let mended = try #require(try indices()[name])
    #expect(mended.count == whole.count)
    #expect(ScreeningIndex(memory: [UInt8](mended)).places.count == Self.count)
  }

  @Test func doesWithoutACacheThatCannotBeWritten() async throws {
    try folder.write("cache", [1])
    let corpus = try await corpus()
    #expect(corpus.count == Self.count)
    let selection = corpus.selection(for: child) { _ in false }
    #expect(selection.references.contains { $0.id == name(Self.parent) })
  }

  @Test func namesWhatCannotBeUsed() async throws {
    let path = folder.path("corpus/\(name(5))\(FingerprintFile.suffix)")
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let manifest = CorpusManifest(references: [
      .init(
        id: "six", file: "\(name(6))\(FingerprintFile.suffix)",
        sha256: String(repeating: "0", count: 64))
    ])
    try manifest.write(to: folder.path("corpus/manifest.json"))
    for _ in 0..<2 {
      let corpus = try await corpus()
      #expect(corpus.count == Self.count - 2)
      #expect(corpus.problems.count == 2)
    }
  }

  /// A reference may go between the screening and the comparison.
  @Test func namesWhatIsGoneWhenItIsOpened() async throws {
    let corpus = try await corpus()
    try FileManager.default.removeItem(
      atPath: folder.path("corpus/\(name(Self.parent))\(FingerprintFile.suffix)"))
    let selection = corpus.selection(for: child) { _ in false }
    #expect(selection.problems.count == 1)
    #expect(!selection.references.contains { $0.id == name(Self.parent) })
  }
}
