import TestSupport
import Testing

@testable import Load

private func model() -> [UInt8] {
  var builder = SafetensorsBuilder()
  builder.metadata = ["format": "pt"]
  builder.add("w", [1], [1])
  return builder.bytes
}

@Suite struct MetadataReaderTests {
  private func snapshot(_ weights: String...) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in weights { try folder.write(name, model()) }
    try folder.write("config.json", text: #"{"model_type":"llama","limit":Infinity}"#)
    try folder.write("adapter_config.json", text: #"{"r":8}"#)
    try folder.write("vocab.json", text: #"{"Ġa":0}"#)
    try folder.write("README.md", text: "---\nlicense: mit\n---\n")
    return folder
  }

  @Test func readsWhatStandsBesideTheWeights() throws {
    let folder = try snapshot("model.safetensors")
    let metadata = try CheckpointReader.open(path: folder.path).metadata
    #expect(metadata.config?["model_type"]?.string == "llama")
    #expect(metadata.adapterConfig?["r"]?.integer == 8)
    #expect(metadata.vocabulary?.tokens == [0: Array(" a".utf8)])
    #expect(metadata.card?.license == "mit")
    #expect(metadata.headerStrings == ["format": "pt"])
    #expect(metadata.problems.isEmpty)
  }

  @Test(arguments: [
    ["x.safetensors"], ["model.safetensors", "pytorch_model.bin", "tf_model.h5"],
    ["x-00001-of-00002.safetensors", "x-00002-of-00002.safetensors"],
    ["model.safetensors", "training_args.bin"],
  ])
  func readsTheSiblingsOfAFile(names: [String]) throws {
    let folder = try snapshot()
    for name in names { try folder.write(name, model()) }
    let checkpoint = try CheckpointReader.open(path: folder.path(names[0]))
    #expect(checkpoint.metadata.config != nil)
    // Everybody's file is called after its folder.
    let isAnybodys = names[0] == "model.safetensors"
    #expect(checkpoint.name == (isAnybodys ? PathName.name(of: folder.path) : names[0]))
  }

  @Test(arguments: [
    ["a.safetensors", "b.safetensors"], ["a.safetensors", "model.safetensors"],
    ["a.safetensors", "b.h5"], ["a-00001-of-00001.safetensors", "b.gguf"],
  ])
  func readsNoSiblingsWhereTheyMayBeAnothersModel(names: [String]) throws {
    let folder = try snapshot()
    for name in names { try folder.write(name, model()) }
    let metadata = try CheckpointReader.open(path: folder.path(names[0])).metadata
    #expect(metadata.config == nil)
    #expect(metadata.vocabulary == nil)
    #expect(metadata.card == nil)
    #expect(metadata.headerStrings == ["format": "pt"])
  }

  @Test(arguments: [
    ("config.json", "{\"a\":1"), ("config.json", "[]"), ("config.json", "{\"a\":1,\"a\":2}"),
    ("adapter_config.json", "\u{1}"), ("vocab.json", "{}"), ("tokenizer.json", "{"),
    ("README.md", "---\nlicense: mit"), ("tokenizer.model", "\n"), ("vocab.txt", ""),
  ])
  func reportsADamagedFileAndReadsOn(name: String, text: String) throws {
    let folder = try snapshot("model.safetensors")
    try folder.write(name, text: text)
    let checkpoint = try CheckpointReader.open(path: folder.path)
    #expect(checkpoint.tensors.count == 1)
    let isFallback = name == "vocab.txt"  // never looked at: vocab.json comes first
    #expect(checkpoint.metadata.problems.map(\.file) == (isFallback ? [] : [folder.path(name)]))
  }

  @Test func fallsBackToTheNextVocabulary() throws {
    let folder = try snapshot("model.safetensors")
    try folder.write("tokenizer.json", text: "{")
    let metadata = try CheckpointReader.open(path: folder.path).metadata
    #expect(metadata.vocabulary?.source == folder.path("vocab.json"))
    #expect(metadata.problems.map(\.code) == [.metadataMalformed])
  }

  @Test(arguments: [
    ("tokenizer.json", "version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
    ("tokenizer.json", "", "empty"), ("tokenizer.model", "<html>", "HTML page"),
    ("tokenizer.json", #"{"model":{"vocab":{}}}"#, "no model with a vocab"),
    (
      "tokenizer.json",
      #"{"model":{"vocab":{"<s>":0}},"added_tokens":[{"id":0,"content":"<s>","special":true}]}"#,
      "no text tokens"
    ),
    ("tokenizer.json", #"{"model":{"vocab":{"a":0,"#, ""),
  ])
  func aVocabularyThatCannotBeReadIsNone(name: String, text: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(name, text: text)
    let metadata = MetadataReader.read(folder: folder.path)
    #expect(metadata.vocabulary == nil)
    #expect(metadata.problems.map(\.file) == [folder.path(name)])
    #expect(metadata.problems.allSatisfy { $0.message.contains(message) }, "\(metadata.problems)")
  }

  @Test func readsAVocabularyAfterAByteOrderMarkAndSaysSo() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "tokenizer.json", text: "\u{FEFF}" + #"{"model":{"type":"BPE","vocab":{"a":0}}}"#)
    let metadata = MetadataReader.read(folder: folder.path)
    #expect(metadata.vocabulary?.tokens.count == 1)
    #expect(metadata.problems.map { $0.message.contains("byte order mark") } == [true])
  }

  @Test func readsATiktokenFileCalledTokenizerModel() throws {
    let folder = try snapshot("model.safetensors")
    try folder.write("tokenizer.model", text: "IQ== 0\n")
    let metadata = try CheckpointReader.open(path: folder.path).metadata
    #expect(metadata.vocabulary?.tokens == [0: [0x21]])
  }

  private func config(_ bytes: [UInt8]) throws -> (JSONValue?, [LoadError]) {
    let folder = try TemporaryFolder()
    try folder.write("config.json", bytes)
    let metadata = MetadataReader.read(folder: folder.path)
    return (metadata.config, metadata.problems)
  }

  @Test(arguments: [
    #"{"a":1,}"#, "{\"a\":1, // one\n}", "/* x */ {\"a\":1}", #"{"b":[1,2, ],"a":1}"#,
    "{\"a\":1}\n// the end", "{\"b\":\"/* , */\",\"a\":1,\n}", "\u{FEFF}{\"a\":1}",
  ])
  func readsWhatLoadersRefuseAndSaysSo(text: String) throws {
    let (value, problems) = try config(Array(text.utf8))
    #expect(value?["a"]?.integer == 1)
    #expect(problems.map(\.code) == [.metadataMalformed])
    #expect(problems.allSatisfy { $0.message.contains("was read") })
    if text.contains("b\":\"") { #expect(value?["b"]?.string == "/* , */") }
  }

  @Test(arguments: [true, false])
  func readsUTF16WithAndWithoutItsMark(hasMark: Bool) throws {
    let text = (hasMark ? "\u{FEFF}" : "") + #"{"a":1}"#
    let (value, problems) = try config(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    #expect(value?["a"]?.integer == 1)
    #expect(problems.map { $0.message.contains("UTF-16") } == [true])
  }

  @Test(arguments: [
    ("", "empty"), ("version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
    ("{\"a\":1", ""), ("{\"a\":,}", "value"), ("{\"a\":1 /* }", ""), ("<html>", "HTML page"),
    ("{\"a\":1,,}", ""),
  ])
  func saysWhatCannotBeRead(text: String, message: String) throws {
    let (value, problems) = try config(Array(text.utf8))
    #expect(value == nil)
    #expect(problems.count == 1)
    #expect(problems.allSatisfy { $0.message.contains(message) }, "\(problems)")
  }

  @Test func refusesAConfigurationThatIsTooLarge() throws {
    let folder = try snapshot("model.safetensors")
    try folder.write("config.json", [UInt8](repeating: 0x20, count: (16 << 20) + 1))
    let metadata = try CheckpointReader.open(path: folder.path).metadata
    #expect(metadata.problems.map(\.code) == [.limitExceeded])
  }
}
