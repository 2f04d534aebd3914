import TestSupport
import Testing

@testable import Load

/// Which of several tokenizer.json files counts: that which `get_fast_tokenizer_file` of Transformers 5.24
/// chooses, whose answers these are.
@Suite struct VersionedTokenizersTests {
  private static let names = ["4.0.0", "4.9", "4.21.1", "5", "9.0"].map { "tokenizer.\($0).json" }

  @Test(
    arguments: [
      ([], "tokenizer.json"), (["tokenizer.json"], "tokenizer.json"),
      (["tokenizer.4.0.0.json"], "tokenizer.4.0.0.json"),
      (["tokenizer.json", "tokenizer.4.9.json", "tokenizer.4.0.0.json"], "tokenizer.4.9.json"),
      // Sorted as text.
      (["tokenizer.4.9.json", "tokenizer.4.21.1.json"], "tokenizer.4.9.json"),
      (["tokenizer.5.json", "tokenizer.9.0.json"], "tokenizer.5.json"),
      (["tokenizer.9.0.json"], "tokenizer.json"),
    ] as [([String], String)])
  func theLastThatIsNotNewerIsRead(listed: [String], chosen: String) {
    #expect(VersionedTokenizers.choice(among: listed, of: Self.names) == chosen)
  }

  /// What is no version Transformers refuses; what is not there it does not read.
  @Test(arguments: [
    "tokenizer.x.json", "tokenizer..json", "../tokenizer.1.json", "tokenizer.3.json",
  ])
  func othersAreNot(listed: String) {
    #expect(VersionedTokenizers.choice(among: [listed], of: Self.names) == "tokenizer.json")
  }

  private static func tokenizer(_ token: String) -> String {
    #"{"model":{"type":"WordLevel","vocab":{"\#(token)":0}}}"#
  }

  private static func vocabulary(
    _ configuration: String?
  ) throws -> (tokens: [[UInt8]], metadata: ModelMetadata) {
    let folder = try TemporaryFolder()
    _ = try folder.write("tokenizer.json", Array(tokenizer("lie").utf8))
    _ = try folder.write("tokenizer.4.0.0.json", Array(tokenizer("truth").utf8))
    if let configuration {
      _ = try folder.write("tokenizer_config.json", Array(configuration.utf8))
    }
    let metadata = MetadataReader.read(folder: PathName.folder(of: folder.path("tokenizer.json")))
    return (metadata.vocabulary.map { Array($0.tokens.values) } ?? [], metadata)
  }

  @Test func theVariantThatIsListedCounts() throws {
    let (tokens, metadata) = try Self.vocabulary(
      #"{"fast_tokenizer_files":["tokenizer.4.0.0.json", 7]}"#)
    #expect(tokens == [Array("truth".utf8)])
    #expect(metadata.vocabulary?.source.hasSuffix("tokenizer.4.0.0.json") == true)
  }

  @Test(
    arguments: [
      (nil, true), ("{}", true), (#"{"fast_tokenizer_files":{}}"#, true), ("[]", false),
      ("{", false),
    ] as [(String?, Bool)])
  func withoutAListTheUsualOneCounts(configuration: String?, isSound: Bool) throws {
    let (tokens, metadata) = try Self.vocabulary(configuration)
    #expect(tokens == [Array("lie".utf8)])
    #expect(metadata.problems.isEmpty == isSound)
  }
}
