import Foundation
import TestSupport
import Testing

@testable import Load

@Suite struct GGUFReaderTests {
  @Test(arguments: ["v2.gguf", "v3.gguf"])
  func readsBothVersions(name: String) throws {
    let checkpoint = try CheckpointReader.open(path: GGUFFixture.path(name))
    #expect(checkpoint.format == .gguf)
    #expect(checkpoint.tensors.count == 11)
    #expect(checkpoint.problems.isEmpty)
    #expect(try checkpoint.tensor("token_embd.weight").shape == [8, 32])
    #expect(try checkpoint.tensor("blk.0.ffn_down.weight").shape == [32, 64])
    let gate = try checkpoint.tensor("blk.0.ffn_gate.weight")
    #expect(gate.shape == [64, 32])
    #expect(gate.byteCount == 64 * 34)
    // Whole numbers from −8 to 7, as far as eight bits keep them.
    for value in try gate.decoded(0..<gate.elementCount) {
      #expect(abs(value - value.rounded()) < 0.04 && (-8.1...7.1).contains(value))
    }
  }

  @Test func aSplitIsOneModel() throws {
    let folder = try TemporaryFolder()
    for number in 1...3 {
      let name = "split-0000\(number)-of-00003.gguf"
      try folder.write(name, try GGUFFixture.bytes(name))
    }
    let split = try CheckpointReader.open(path: folder.path)
    let whole = try GGUFFixture.open("v3.gguf")
    #expect(split.tensors.map(\.name) == whole.tensors.map(\.name))
    #expect(split.metadata.config == whole.metadata.config)
    #expect(split.files.count == 3)
    #expect(split.problems.isEmpty && !split.isPart)
    for (left, right) in zip(split.tensors, whole.tensors) {
      let bytes = try [left, right].map { tensor in
        var bytes: [UInt8] = []
        try tensor.readStored(0..<tensor.byteCount, scratch: ByteScratch()) { bytes += $0 }
        return bytes
      }
      #expect(bytes[0] == bytes[1], "\(left.name)")
    }
  }

  @Test func oneShardIsNotTheModel() throws {
    let name = "split-00002-of-00003.gguf"
    #expect(try CheckpointReader.open(path: GGUFFixture.path(name)).isPart)
    let folder = try TemporaryFolder()
    let renamed = try folder.write("model.gguf", try GGUFFixture.bytes(name))
    #expect(try CheckpointReader.open(path: renamed).isPart)
    let other = try folder.write("x/model-00001-of-00003.gguf", try GGUFFixture.bytes(name))
    let error = try #require(
      #expect(throws: LoadError.self) { try CheckpointReader.open(path: other) })
    #expect(error.code == .shardDisagreesWithIndex)
    let missing = try #require(
      #expect(throws: LoadError.self) {
        try CheckpointReader.open(path: folder.path("x"))
      })
    #expect(missing.code == .shardMissing)
  }

  @Test func aProjectorBesideALanguageModelIsAPartOfIt() throws {
    let folder = try TemporaryFolder()
    for name in ["v3.gguf", "mmproj-v3.gguf"] {
      try folder.write(name, try GGUFFixture.bytes(name))
    }
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.count == 16)
    #expect(checkpoint.files.count == 2)
    #expect(checkpoint.problems.isEmpty)
    #expect(checkpoint.metadata.config?["model_type"]?.string == "llama")
    // And is read by itself.
    let alone = try CheckpointReader.open(path: GGUFFixture.path("mmproj-v3.gguf"))
    #expect(alone.tensors.map(\.shape).first == [16, 3, 2, 2])
  }

  @Test func theHeaderIsConfigurationAndCard() throws {
    let metadata = try GGUFFixture.open("v3.gguf").metadata
    let config = try #require(metadata.config)
    let sizes = [
      "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 64, "vocab_size": 8,
    ]
    for (key, size) in sizes { #expect(config[key]?.integer == size, "\(key)") }
    #expect(config["model_type"]?.string == "llama")
    let disclosure = metadata.disclosure
    #expect(disclosure.license == "apache-2.0")
    #expect(!disclosure.parents.contains { $0.source != .header })
    let names = disclosure.parentNames.compactMap { HubName($0) }
    #expect(
      names.map { "\($0.owner ?? "")/\($0.name)" }
        == ["lab/tiny-llama-instruct", "meta-llama/llama-3.1-8b", "some-lab/tiny-base"])
  }

  @Test func vocabulariesAreSpeltInOneConvention() throws {
    func tokens(_ model: String) throws -> [Int: String] {
      let vocabulary = try GGUFFixture.open("vocabulary-\(model).gguf").metadata.vocabulary
      return try #require(vocabulary).tokens.mapValues { String(decoding: $0, as: UTF8.self) }
    }
    #expect(try tokens("gpt2") == [0: "Hello", 1: " world", 2: "\n", 4: "  "])
    #expect(try tokens("llama") == [2: "\n", 3: " the", 4: "ing", 5: "  "])
    #expect(try tokens("bert") == [1: " play", 2: "ing"])
  }

  @Test func sizesThatDifferByLayerAreNotTaken() throws {
    let folder = try TemporaryFolder()
    var builder = GGUFBuilder()
    builder.add("general.architecture", "deci")
    builder.add("deci.attention.head_count", [8, 8, 8])
    builder.add("deci.attention.head_count_kv", [8, 0, 2])
    builder.add("w", [2], [1, 2])
    let config = try GGUFReader.checkpoint(path: try folder.write("m", builder.bytes)).metadata
      .config
    #expect(config?["num_attention_heads"]?.integer == 8)
    #expect(config?["num_key_value_heads"] == nil)
  }

  @Test func anImportanceMatrixHoldsNoWeights() throws {
    let folder = try TemporaryFolder()
    var builder = GGUFBuilder()
    builder.add("general.type", "imatrix")
    builder.add("blk.0.attn_q.weight.in_sum2", [2], [1, 2])
    let path = try folder.write("imatrix.gguf", builder.bytes)
    let error = try #require(
      #expect(throws: LoadError.self) { try CheckpointReader.open(path: path) })
    #expect(error.code == .noWeights)
    try folder.write("v3.gguf", try GGUFFixture.bytes("v3.gguf"))
    let model = try CheckpointReader.open(path: folder.path)
    #expect(model.tensors.count == 11)
    #expect(model.problems.map(\.kind) == [.metadata])
  }

  @Test func namesOfOtherFormatsAreNotTakenForWholeNumbersWithScales() throws {
    let folder = try TemporaryFolder()
    var builder = GGUFBuilder()
    builder.add("a.weight", eightBits: [1, 32], (0..<32).map { Float($0) })
    builder.add("a.scale", [1], [2])
    let checkpoint = try CheckpointReader.open(path: try folder.write("m.gguf", builder.bytes))
    #expect(checkpoint.tensors.map(\.name) == ["a.weight", "a.scale"])
    #expect(!checkpoint.tensors.contains { !$0.isDecodable })
  }
}
