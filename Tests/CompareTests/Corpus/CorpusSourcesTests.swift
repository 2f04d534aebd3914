import Foundation
import Load
import TestSupport
import Testing

@testable import Compare

/// Lists of models of a hub, ours among them.
@Suite struct CorpusSourcesTests {
  private func read(_ text: String) throws(LoadError) -> CorpusSources {
    try CorpusSources(Array(text.utf8), path: "sources.json")
  }

  private func schemaAccepts(_ text: String) throws -> Bool {
    let schema = try JSONSchema.published("sources-1")
    guard let document = try? JSONSchemaValue(parsing: text) else { return false }
    return schema.violations(in: document).isEmpty
  }

  @Test func oursIsWellFormed() throws {
    let ours = try CorpusSources.bundled()
    #expect(ours.sources.count > 100)
    #expect(try schemaAccepts(embeddedSources))
    #expect(ours.sources.map(\.id) == ours.sources.map(\.id).sorted())
    let ids = Set(ours.sources.map(\.id))
    for source in ours.sources {
      #expect(source.parents.allSatisfy(ids.contains), "\(source.id)")
      #expect(!source.parents.contains(source.id))
    }
    #expect(Set(ours.families).isSuperset(of: ["qwen", "llama", "gemma", "mistral", "deepseek"]))
    let qwen = ours.chosen(families: ["qwen"])
    #expect(!qwen.isEmpty && qwen.allSatisfy { $0.family == "qwen" })
    #expect(ours.chosen(families: []) == ours.sources)
  }

  /// Families changed their licences: it is the model's that counts.
  @Test func licencesAreByModel() throws {
    let ours = try CorpusSources.bundled()
    let licences = Dictionary(uniqueKeysWithValues: ours.sources.map { ($0.id, $0.license) })
    for (id, licence) in [
      ("Qwen/Qwen2.5-7B", "apache-2.0"), ("Qwen/Qwen2.5-3B", "qwen-research"),
      ("Qwen/Qwen2.5-72B", "qwen"), ("MiniMaxAI/MiniMax-M2", "modified-mit"),
      ("MiniMaxAI/MiniMax-M2.7", "minimax-license"), ("zai-org/GLM-5.2", "mit"),
      ("zai-org/GLM-5.3", "glm-5.3"), ("google/gemma-3-4b-it", "gemma"),
      ("google/gemma-4-12B", "apache-2.0"),
    ] {
      #expect(licences[id] == licence)
    }
  }

  @Test func readsAllThatIsKnown() throws {
    let revision = String(repeating: "0a", count: 20)
    let text = """
      {"schema":1,"sources":[{"id":"a/b","family":"f","license":"mit","licenseSeen":true,
      "architecture":"A","components":["text","vision"],"parents":["c/d"],"released":"2024-07",
      "revision":"\(revision)"}]}
      """
    let source = try #require(try read(text).sources.first)
    #expect(source.license == "mit" && source.isLicenseSeen)
    #expect(source.components == ["text", "vision"] && source.parents == ["c/d"])
    #expect(source.released == "2024-07" && source.revision == revision)
    #expect(try schemaAccepts(text))
  }

  @Test(arguments: [
    "", "[]", #"{"schema":2,"sources":[]}"#, #"{"schema":1}"#, #"{"schema":1,"sources":[],"x":1}"#,
    #"{"schema":1,"sources":[{"id":"a/b"}]}"#, #"{"schema":1,"sources":[{"family":"f"}]}"#,
    #"{"schema":1,"sources":[{"id":"b","family":"f"}]}"#,
    #"{"schema":1,"sources":[{"id":"../b","family":"f"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","licence":"mit"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","components":["legs"]}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","components":["text","text"]}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","released":"2024-13"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","revision":"main"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","original":1}]}"#,
  ])
  func readerAndSchemaRefuseTheSame(text: String) throws {
    #expect(throws: LoadError.self) { try read(text) }
    #expect(try !schemaAccepts(text))
  }

  /// What a schema cannot say.
  @Test(arguments: [
    #"{"schema":1,"sources":[{"id":"a/b","family":"f"},{"id":"a/b","family":"g"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","license":"mit"}]}"#,
    #"{"schema":1,"sources":[{"id":"a/b","family":"f","original":true,"parents":["c/d"]}]}"#,
  ])
  func readerRefuses(text: String) {
    #expect(throws: LoadError.self) { try read(text) }
  }
}
