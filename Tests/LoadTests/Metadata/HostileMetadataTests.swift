import Foundation
import TestSupport
import Testing

@testable import Load

/// Files beside the weights that are too large, too deep or not what they seem: a problem is noted,
/// and the rest is read.
@Suite struct HostileMetadataTests {
  private static let trees = ["config.json", "adapter_config.json"]
  private static let vocabularies = ["tokenizer.json", "vocab.json"]

  private func problems(in folder: TemporaryFolder) -> [LoadError] {
    MetadataReader.read(folder: folder.path).problems
  }

  /// Merges are most of a tokenizer and are not kept.
  @Test func readsATokenizerOf100MBWithoutHoldingIt() throws {
    let folder = try TemporaryFolder()
    let start = #"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[""#
    let merges = [UInt8](Data(repeating: UInt8(ascii: "m"), count: 1000)) + Array(#"",""#.utf8)
    var text = Data(start.utf8)
    while text.count < 100_000_000 { text.append(contentsOf: merges) }
    text.append(contentsOf: #"end"]}}"#.utf8)
    let path = try folder.write("tokenizer.json", text)
    var notes: [LoadError] = []
    let tokens = try TokenizerJSON.read(path: path, limits: .standard, notes: &notes).tokens
    #expect(tokens.mapValues { String(decoding: $0, as: UTF8.self) } == [0: "a", 1: "b"])
  }

  @Test func boundsTheTokensOfALargeTokenizer() throws {
    let folder = try TemporaryFolder()
    let tokens = (0..<20_000).map { "\"t\($0)\":\($0)" }.joined(separator: ",")
    let path = try folder.write(
      "tokenizer.json", text: #"{"model":{"type":"BPE","vocab":{\#(tokens)}}}"#)
    var limits = LoadLimits()
    limits.vocabularySize = 20_000
    var notes: [LoadError] = []
    #expect(
      try TokenizerJSON.read(path: path, limits: limits, notes: &notes).tokens.count == 20_000)
    limits.vocabularySize = 19_999
    let error = #expect(throws: LoadError.self) {
      try TokenizerJSON.read(path: path, limits: limits, notes: &notes)
    }
    #expect(error?.code == .limitExceeded)
  }

  /// The file has a hole in it: nothing of it may be read to find that it is too large.
  @Test(arguments: trees + vocabularies)
  func refusesFilesAboveTheLimitUnread(name: String) throws {
    let folder = try TemporaryFolder()
    let handle = try #require(FileHandle(forWritingAtPath: try folder.write(name, text: "{")))
    try handle.truncate(atOffset: 1 << 40)
    try handle.close()
    #expect(problems(in: folder).map(\.code) == [.limitExceeded])
  }

  @Test(
    arguments: trees + vocabularies,
    ["[", #"{"a":"#, #"{"model":"#, #"{"normalizer":{"normalizers":["#, #"{"added_tokens":["#])
  func refusesDeepNesting(name: String, opening: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(name, text: String(repeating: opening, count: 100_000))
    let codes = problems(in: folder).map(\.code)
    // A list where an object belongs, or an object where a list does, is malformed at once.
    #expect(codes == [.nestingTooDeep] || codes == [.metadataMalformed])
  }

  @Test(arguments: trees + ["tokenizer.json"])
  func refusesDeepNestingInWhatIsNotLookedAt(name: String) throws {
    let folder = try TemporaryFolder()
    let deep = String(repeating: "[", count: 100_000)
    try folder.write(name, text: #"{"x":"# + deep)
    #expect(problems(in: folder).map(\.code) == [.nestingTooDeep])
  }

  @Test func damagedMetadataHidesNoOther() throws {
    let folder = try TemporaryFolder()
    try folder.write("tokenizer.json", text: String(repeating: "[", count: 100_000))
    try folder.write("config.json", text: #"{"model_type":"llama"}"#)
    let metadata = MetadataReader.read(folder: folder.path)
    #expect(metadata.config?["model_type"]?.string == "llama")
    #expect(metadata.problems.count == 1)
    #expect(metadata.problems.first?.file == folder.path("tokenizer.json"))
  }
}
