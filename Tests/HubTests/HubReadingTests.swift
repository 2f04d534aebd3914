import Foundation
import HubServer
import Load
import TestSupport
import Testing

@testable import Hub

/// What is read of a model on a hub, and how often it is asked for.
@Suite struct HubReadingTests {
  @Test(arguments: [true, false])
  func aModelIsReadAsItIs(isSampled: Bool) throws {
    let fixture = try HubFixture()
    let library = try fixture.library()
    let place = try library.find(try HubAddress("hub:lab/model"), isSampled: isSampled)
    #expect(place.revision == HubFixture.commit)
    #expect(place.weightBytes == HubFixture.weights.count)
    let checkpoint = try CheckpointReader.open(place.folder)
    #expect(checkpoint.name == "lab/model")
    #expect(checkpoint.path == "hub:lab/model@" + HubFixture.commit)
    #expect(checkpoint.tensors.map(\.name) == ["a", "b"])
    #expect(checkpoint.metadata.card?.license == "mit")
    #expect(checkpoint.problems.isEmpty)
    let source = try fixture.weights(of: library, isSampled: isSampled)
    let read = try HubFixture.bytes(source, 0..<source.byteCount)
    #expect(read == HubFixture.weights)
    #expect(!fixture.hub.hub.requests.contains { $0.path.contains("picture") })
  }

  @Test func aHubThatListsNoSizesIsReadByItsTree() throws {
    let fixture = try HubFixture()
    fixture.hub.set(knowsBlobs: false)
    #expect(try fixture.failure() == nil)
    #expect(fixture.hub.hub.requests.contains { $0.path.contains("/tree/") })
  }

  @Test func onlyWhatIsReadIsAskedFor() throws {
    let fixture = try HubFixture()
    let source = try fixture.weights(of: try fixture.library())
    let part = 20_000..<20_010
    #expect(try HubFixture.bytes(source, part) == Array(HubFixture.weights[part]))
    #expect(fixture.storageRequests.map(\.range) == [16_384..<32_768])
  }

  private static let zeros = [UInt8](repeating: 0, count: 16 << 20)

  /// Every format is asked whether a file is its own, and none reads it through for that.
  @Test(arguments: [true, false])
  func openingAsksForHeadsOnly(isSampled: Bool) throws {
    var safetensors = SafetensorsBuilder()
    safetensors.add("a", "U8", [Self.zeros.count], Self.zeros)
    var gguf = GGUFBuilder()
    gguf.add("general.architecture", "llama")
    gguf.add("a", type: 24, [Self.zeros.count], Self.zeros)
    let fixture = try HubFixture([
      "a.safetensors": safetensors.bytes, "b.gguf": gguf.bytes,
    ])
    let library = try fixture.library()
    for name in ["a.safetensors", "b.gguf"] {
      let place = try library.find(
        try HubAddress("hub:lab/model/" + name), isSampled: isSampled)
      #expect(try CheckpointReader.open(place.folder, file: place.file).tensors.count == 1)
    }
    let fetched = fixture.storageRequests.compactMap(\.range).reduce(0) { $0 + $1.count }
    #expect(fetched < (isSampled ? 2 << 20 : 20 << 20))
  }

  /// Of ONNX models, which have no signature, only the heads of the fields tell.
  @Test func anONNXModelIsReadAsOneHereIs() throws {
    let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "LoadTests/Fixtures/onnx")
    let names = try FileManager.default.contentsOfDirectory(atPath: fixtures.path)
    let fixture = try HubFixture(
      Dictionary(
        uniqueKeysWithValues: try names.map {
          ($0, [UInt8](try Data(contentsOf: fixtures.appending(path: $0))))
        }))
    let library = try fixture.library()
    for name in names where name.hasSuffix(".onnx") {
      let here = try? CheckpointReader.open(path: fixtures.appending(path: name).path)
      let place = try library.find(try HubAddress("hub:lab/model/" + name), isSampled: true)
      let there = try? CheckpointReader.open(place.folder, file: place.file)
      #expect(there?.tensors.map(\.name) == here?.tensors.map(\.name), "\(name)")
    }
  }

  @Test func whatWasLookedAtIsKeptForTheNextRun() throws {
    let fixture = try HubFixture()
    #expect(try fixture.failure() == nil)
    fixture.hub.storage.forget()
    #expect(try fixture.failure() == nil)
    #expect(fixture.storageRequests.isEmpty)
  }

  @Test func aRunGoesOnWhereAnEarlierOneEnded() throws {
    let fixture = try HubFixture()
    _ = try HubFixture.bytes(try fixture.weights(of: try fixture.library()), 20_000..<20_010)
    fixture.hub.storage.forget()
    let source = try fixture.weights(of: try fixture.library())
    #expect(try HubFixture.bytes(source, 0..<source.byteCount) == HubFixture.weights)
    let ranges = fixture.storageRequests.compactMap(\.range)
    #expect(ranges == [0..<16_384, 32_768..<HubFixture.weights.count])
  }

  @Test func noMoreIsKeptThanMayBe() throws {
    let fixture = try HubFixture()
    var settings = try fixture.settings()
    settings.limits.diskByteCount = 20_000
    let source = try fixture.weights(of: HubLibrary(settings))
    #expect(try HubFixture.bytes(source, 0..<source.byteCount) == HubFixture.weights)
    let kept = try #require(FileManager.default.enumerator(atPath: fixture.folder.path("cache")))
      .compactMap { $0 as? String }.first { $0.hasSuffix(".data") }
    #expect(kept != nil)
    fixture.hub.storage.forget()
    let again = try fixture.weights(of: try fixture.library())
    #expect(try HubFixture.bytes(again, 0..<again.byteCount) == HubFixture.weights)
    #expect(
      fixture.storageRequests.compactMap(\.range) == [16_384..<HubFixture.weights.count])
  }

  @Test func modelsThatWereNotUsedForLongMakeRoom() throws {
    let folder = try TemporaryFolder()
    for (name, days) in [("old", 9.0), ("older", 20.0), ("new", 0.1)] {
      try folder.write("models--a--b/\(name)/pieces/x.data", [UInt8](repeating: 1, count: 8192))
      try FileManager.default.setAttributes(
        [.modificationDate: Date() - days * 86_400],
        ofItemAtPath: folder.path("models--a--b/\(name)"))
    }
    HubCachePruning.prune(folder.path, to: 30_000)
    let left = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("models--a--b"))
    #expect(left.sorted() == ["new", "old"])
    HubCachePruning.prune(folder.path, to: 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("models--a--b")) == ["new"])
  }

  @Test func ofWhatIsReadAsAWholeNothingIsKept() throws {
    let fixture = try HubFixture()
    let source = try fixture.weights(of: try fixture.library(), isSampled: false)
    _ = try HubFixture.bytes(source, 0..<source.byteCount)
    let names = FileManager.default.enumerator(atPath: fixture.folder.path("cache"))?
      .compactMap { $0 as? String }
    #expect(names?.contains { $0.hasSuffix("config.json") } == true)
    #expect(names?.contains { $0.hasSuffix(".data") } == false)
  }

  @Test func aDamagedPieceIsFetchedAgain() throws {
    let fixture = try HubFixture()
    #expect(try fixture.failure() == nil)
    let cache = fixture.folder.path("cache")
    let names = try #require(FileManager.default.enumerator(atPath: cache))
      .compactMap { $0 as? String }
    let data = cache + "/" + (try #require(names.first { $0.hasSuffix(".data") }))
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: data)))
    bytes[17_000] ^= 1
    try Data(bytes).write(to: URL(filePath: data))
    fixture.hub.storage.forget()
    let source = try fixture.weights(of: try fixture.library())
    #expect(try HubFixture.bytes(source, 0..<source.byteCount) == HubFixture.weights)
    #expect(fixture.storageRequests.map(\.range) == [16_384..<32_768])
  }

  /// Pieces that were asked for ahead are there, and nothing is asked for twice.
  @Test func whatIsAskedForAheadIsFetchedOnce() throws {
    let fixture = try HubFixture()
    let source = try fixture.weights(of: try fixture.library())
    source.prefetch(0..<source.byteCount, from: 0)
    #expect(try HubFixture.bytes(source, 0..<source.byteCount) == HubFixture.weights)
    let fetched = fixture.storageRequests.compactMap(\.range).reduce(0) { $0 + $1.count }
    #expect(fetched == HubFixture.weights.count)
  }

  @Test func oneFileOfARepositoryCanBeNamed() throws {
    var files = HubFixture.files
    files["other/b.safetensors"] = HubFixture.weights
    let fixture = try HubFixture(files)
    let library = try fixture.library()
    let file = try library.find(
      try HubAddress("hub:lab/model/other/b.safetensors@main"), isSampled: true)
    #expect(file.file == "b.safetensors")
    #expect(try CheckpointReader.open(file.folder, file: file.file).tensors.count == 2)
    let folder = try library.find(try HubAddress("hub:lab/model/other"), isSampled: true)
    #expect(try CheckpointReader.open(folder.folder).name == "lab/model/other")
    #expect(throws: LoadError.self) {
      _ = try library.find(try HubAddress("hub:lab/model/none"), isSampled: true)
    }
  }

  @Test func theCacheOfTheHubsOwnClientComesFirst() throws {
    let fixture = try HubFixture()
    let digest = TestHub.sha256(HubFixture.weights)
    try fixture.folder.write(
      "home/.cache/huggingface/hub/models--lab--model/blobs/\(digest)", HubFixture.weights)
    #expect(try fixture.failure() == nil)
    #expect(fixture.storageRequests.isEmpty)
  }

  @Test func offlineOnlyThatCacheIsRead() throws {
    let fixture = try HubFixture()
    let model = "home/.cache/huggingface/hub/models--lab--model"
    let environment = ["HF_HUB_OFFLINE": "1"]
    #expect(try fixture.failure(environment)?.code == .notFound)
    try fixture.folder.write(model + "/refs/main", text: HubFixture.commit + "\n")
    try fixture.folder.write(
      model + "/snapshots/\(HubFixture.commit)/model.safetensors", HubFixture.weights)
    #expect(try fixture.failure(environment) == nil)
    #expect(fixture.hub.hub.requests.isEmpty)
  }
}
