import Fingerprint
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

@Suite struct ReferenceCorpusTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func ids(_ names: String...) throws -> [String] {
    try ReferenceCorpus(paths: names.map(folder.path)).entries.map(\.id)
  }

  private func link(_ name: String, to target: String) throws {
    let path = URL(filePath: folder.path(name))
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path(name), withDestinationPath: folder.path(target))
  }

  @Test func namesReferencesAsTheCorpusDoes() throws {
    try folder.write("c/b.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/a.weights", SmallModels.bytes(seed: 2))
    try folder.write("c/model/model.safetensors", SmallModels.bytes(seed: 3))
    try folder.write("c/named/anything.safetensors", SmallModels.bytes(seed: 3))
    try folder.write("c/configured/config.json", text: "{}")
    try folder.write("c/sharded/x.safetensors.index.json", text: "{}")
    try folder.write("c/.hidden/model.safetensors", SmallModels.bytes(seed: 4))
    try folder.write("c/.hidden.safetensors", SmallModels.bytes(seed: 4))
    try folder.write("c/README.md", text: "words")
    try folder.write("c/LICENSE", text: "words")
    try folder.write("c/pictures/logo.png", text: "words")
    let corpus = try ReferenceCorpus(paths: [folder.path("c")])
    #expect(
      corpus.entries.map(\.id)
        == ["a.weights", "b.safetensors", "configured", "model", "named", "sharded"])
    #expect(corpus.problems.isEmpty)
    #expect(corpus.entries.allSatisfy { $0.kind == .checkpoint && $0.manifest == nil })
  }

  @Test func aPipelineOfComponentsIsOneReference() throws {
    let list = #"{"unet": ["diffusers", "UNet2DConditionModel"]}"#
    try folder.write("c/pipeline/model_index.json", text: list)
    try folder.write(
      "c/pipeline/unet/diffusion_pytorch_model.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/encoder/modules.json", text: #"[{"path": "0_Transformer"}]"#)
    try folder.write("c/encoder/0_Transformer/model.safetensors", SmallModels.bytes(seed: 2))
    #expect(try ids("c") == ["encoder", "pipeline"])
  }

  @Test func looksIntoFoldersOfAFamilyButNoDeeper() throws {
    try folder.write("c/llama/s1/model.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/llama/s2/model.safetensors", SmallModels.bytes(seed: 2))
    try folder.write("c/files/a.safetensors", SmallModels.bytes(seed: 3))
    try folder.write("c/files/b.safetensors", SmallModels.bytes(seed: 4))
    try folder.write("c/too/deep/for/model.safetensors", SmallModels.bytes(seed: 5))
    #expect(
      try ids("c") == ["files/a.safetensors", "files/b.safetensors", "llama/s1", "llama/s2"])
  }

  @Test func takesAFolderThatIsAModelForOneReference() throws {
    try folder.write("one/model.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("two/weights.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("two/config.json", text: "{}")
    try folder.write("three/x-00001-of-00002.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("three/x-00002-of-00002.safetensors", SmallModels.bytes(seed: 1))
    #expect(try ids("one", "two", "three") == ["one", "three", "two"])
    #expect(try ids("one/model.safetensors") == ["one"])
  }

  @Test func takesAFolderOfIndependentFilesForACorpus() throws {
    for name in ["hacker_news.hdf5", "textgenrnn_weights.hdf5"] {
      try folder.write("files/\(name)", [0x89] + Array("HDF\r\n\u{1A}\n".utf8))
      try link("links/\(name)", to: "files/\(name)")
    }
    try link("single/textgenrnn_weights.hdf5", to: "files/textgenrnn_weights.hdf5")
    #expect(try ids("files") == ["hacker_news.hdf5", "textgenrnn_weights.hdf5"])
    #expect(try ids("links") == ["hacker_news.hdf5", "textgenrnn_weights.hdf5"])
    #expect(try ids("single") == ["textgenrnn_weights.hdf5"])
  }

  @Test func followsLinksAndReportsThoseThatLeadNowhere() throws {
    try folder.write("zoo/llama-s1/model.safetensors", SmallModels.bytes(seed: 1))
    try link("c/llama-s1", to: "zoo/llama-s1")
    try link("c/base", to: "zoo/llama-s1")
    try link("c/llama-s2", to: "zoo/llama-s2")
    let corpus = try ReferenceCorpus(paths: [folder.path("c")])
    #expect(corpus.entries.map(\.id) == ["base", "llama-s1"])
    #expect(corpus.problems.map(\.path) == [folder.path("c/llama-s2")])
  }

  @Test func endsInCirclesOfLinks() throws {
    try folder.write("c/a.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/b.safetensors", SmallModels.bytes(seed: 1))
    try link("c/self", to: "c")
    #expect(try ids("c") == ["a.safetensors", "b.safetensors"])
  }

  @Test func countsWhatIsNamedTwiceOnceAndTellsNamesakesApart() throws {
    try folder.write("c/a.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("d/a.safetensors", SmallModels.bytes(seed: 2))
    try folder.write("e/d/a.safetensors", SmallModels.bytes(seed: 3))
    #expect(try ids("c", "c", "d", "c/a.safetensors") == ["a.safetensors", "d/a.safetensors"])
    #expect(
      try ids("c", "d", "e/d") == ["a.safetensors", "a.safetensors#2", "d/a.safetensors"])
  }

  @Test func refusesAPathThatIsNotThere() {
    let error = #expect(throws: LoadError.self) {
      try ReferenceCorpus(paths: [folder.path("nothing")])
    }
    #expect(error?.code == .notFound)
  }

  @Test func findsNothingInAnEmptyCorpus() throws {
    try folder.write("c/README.md", text: "words")
    #expect(try ids("c") == [])
  }

  @Test func loadsCheckpointsAndFingerprintsAlike() async throws {
    let source = try SmallModels.source()
    let path = try folder.write("c/model/model.safetensors", SmallModels.bytes(seed: 1))
    try FingerprintFile.write(
      try source.fingerprint(path: path), to: folder.path("c/stored.safetensors"))
    try FileManager.default.createDirectory(
      atPath: folder.path("c/family"), withIntermediateDirectories: true)
    try FingerprintFile.write(
      try source.fingerprint(path: path), to: folder.path("c/family/only.safetensors"))
    let loaded = try ReferenceCorpus(paths: [folder.path("c")]).load(from: source)
    #expect(loaded.problems.isEmpty)
    #expect(
      loaded.references.map(\.id) == ["family/only.safetensors", "model", "stored.safetensors"])
    #expect(Set(loaded.references.map(\.fingerprint.identity.digest)).count == 1)
    #expect(loaded.references.map(\.checkpointPath) == [nil, folder.path("c/model"), nil])
    let single = try ReferenceCorpus(paths: [folder.path("c/stored.safetensors")])
      .load(from: source)
    #expect(single.references.map(\.id) == ["stored.safetensors"])
  }

  @Test func namesAFingerprintAfterItsModel() async throws {
    let source = try SmallModels.source()
    let path = try folder.write("a.safetensors", SmallModels.bytes(seed: 1))
    let fingerprint = try source.fingerprint(path: path)
    try FileManager.default.createDirectory(
      atPath: folder.path("c"), withIntermediateDirectories: true)
    for name in ["a.safetensors", "llama", ""] {
      try FingerprintFile.write(
        fingerprint, to: folder.path("c/\(name)\(FingerprintFile.suffix)"))
    }
    #expect(try ids("c") == ["a.safetensors", "llama"])
    #expect(try ids("c/llama\(FingerprintFile.suffix)") == ["llama"])
  }

  @Test func usesTheRestWhereOneReferenceIsDamaged() async throws {
    let source = try SmallModels.source()
    let path = try folder.write("c/good/model.safetensors", SmallModels.bytes(seed: 1))
    try folder.write("c/cut/model.safetensors", SmallModels.bytes(seed: 1).dropLast(9))
    try folder.write("c/pickle/pytorch_model.bin", [0x80, 2])
    try folder.write("c/empty.h5", [])
    let stored = folder.path("c/fingerprint")
    try FingerprintFile.write(try source.fingerprint(path: path), to: stored)
    var bytes = Array(try Data(contentsOf: URL(filePath: stored)))
    bytes[bytes.count - 1] ^= 1
    try folder.write("c/fingerprint", bytes)
    let loaded = try ReferenceCorpus(paths: [folder.path("c")]).load(from: source)
    #expect(loaded.references.map(\.id) == ["good"])
    #expect(
      Set(loaded.problems.map(\.path)) == [
        folder.path("c/cut/model.safetensors"), folder.path("c/pickle"),
        folder.path("c/empty.h5"), stored,
      ])
    #expect(loaded.problems.allSatisfy { !$0.message.isEmpty })
  }

  @Test func digestNamesTheReferencesAndTheirWeights() async throws {
    let source = try SmallModels.source()
    func digest(_ name: String, _ models: [String: UInt64]) async throws -> String {
      for (file, seed) in models {
        try folder.write("\(name)/\(file)", SmallModels.bytes(seed: seed))
      }
      return try ReferenceCorpus(paths: [folder.path(name)]).load(from: source).digest
    }
    let first = try await digest("c", ["a.h5": 1, "b.h5": 2])
    #expect(first.utf8.count == 64)
    #expect(try await digest("same", ["a.h5": 1, "b.h5": 2]) == first)
    #expect(try await digest("swapped", ["a.h5": 2, "b.h5": 1]) != first)
    #expect(try await digest("renamed", ["a.h5": 1, "c.h5": 2]) != first)
    #expect(try await digest("fewer", ["a.h5": 1]) != first)
  }

  @Test func lendsAnchorsToModelsWithoutATokenizer() async throws {
    try SmallModels.languageModel(in: "c/a-borrower", seed: 1, hasVocabulary: false, folder: folder)
    let source = try SmallModels.source()
    let alone = try ReferenceCorpus(paths: [folder.path("c")]).load(from: source)
    #expect(alone.references.map(\.fingerprint.frame?.kind) == [.tokenIDs])
    try SmallModels.languageModel(in: "c/lender", seed: 2, hasVocabulary: true, folder: folder)
    let loaded = try ReferenceCorpus(paths: [folder.path("c")]).load(from: source)
    let frames = loaded.references.map(\.fingerprint.frame)
    #expect(frames.map { $0?.kind } == [.borrowedTokenStrings, .tokenStrings])
    #expect(frames[0]?.anchorIDs == frames[1]?.anchorIDs)
    #expect(frames[0]?.anchorIDs.isEmpty == false)
  }
}
