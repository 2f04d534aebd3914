import Foundation
import Load
import Testing

@testable import Canonicalise

@Suite struct DefinitionTests {
  @Test func everyDefinitionDecodes() throws {
    let catalogue = try ArchitectureCatalogue.bundled()
    #expect(catalogue.definitions.count == embeddedArchitectures.count - 1)
    #expect(catalogue.definitions.allSatisfy { !$0.tensors.isEmpty })
  }

  @Test func theEmbeddedDefinitionsAreThoseOfTheCorpus() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Corpus/Architectures")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }
    #expect(Set(files) == Set(embeddedArchitectures.map { "\($0.name).json" }))
    for (name, text) in embeddedArchitectures {
      let file = try String(
        contentsOf: folder.appending(path: "\(name).json"), encoding: .utf8)
      #expect(file == text, "\(name).json is newer than its copy: run scripts/generate")
    }
  }

  @Test(arguments: [
    (#"{"family":"x","tensors":[],"colour":1}"#, "colour"),
    (#"{"family":"x","normalisation":{"gainOfset":1},"tensors":[]}"#, "gainOfset"),
    (#"{"family":"x","dimensions":{"decoder":{"hiden":[]}},"tensors":[]}"#, "hiden"),
    (#"{"family":"x","configurations":{"models":[]},"tensors":[]}"#, "models"),
    (#"{"family":"x","tensors":[{"role":"mlpUp","modules":["a"],"shap":[]}]}"#, "shap"),
    (
      #"{"family":"x","tensors":[{"role":"mlpUp","modules":["a"],"transforms":[{"cut":[]}]}]}"#,
      "cut"
    ),
  ])
  func refusesUnknownKeys(_ json: String, _ key: String) {
    #expect {
      try ArchitectureDefinition(name: "broken", json: json)
    } throws: { error in
      guard let error = error as? CanonicaliseError else { return false }
      return error.definition == "broken" && error.message.contains("unknown key '\(key)'")
    }
  }

  @Test(arguments: [
    #"{"family":"x"}"#,
    #"{"family":"x","tensors":[{"role":"mlpUpp","modules":["a"]}]}"#,
    #"{"family":"x","tensors":[{"role":"mlpUp"}]}"#,
    #"{"family":"x","tensors":[{"role":"mlpUp","modules":["a.{head}"]}]}"#,
    #"{"family":"x","tensors":[{"role":"mlpUp","modules":["a"],"shape":["2*width"]}]}"#,
    #"{"family":"x","tensors":[{"role":"mlpUp","modules":["a"],"transforms":["rotate"]}]}"#,
    #"{"family":"x","tensors":[{"role":"mlpUp","modules":["a"],"transforms":[{"splitRows":[]}]}]}"#,
    #"not JSON"#,
  ])
  func refusesWhatIsNoDefinition(_ json: String) {
    #expect(throws: CanonicaliseError.self) {
      try ArchitectureDefinition(name: "broken", json: json)
    }
  }

  @Test(arguments: [
    ("hidden", 12), ("heads*headSize", 24), ("2*feedForward", nil), ("3*heads", 9), ("_", nil),
  ])
  func extentsAreProducts(_ text: String, _ expected: Int?) throws {
    let extent = try #require(SymbolicExtent(text))
    let dimensions = Dimensions(hidden: 12, heads: 3, headSize: 8)
    #expect(extent.value(in: dimensions) == expected)
  }

  @Test func extentsTooLargeForNumbersAreUnknown() throws {
    let extent = try #require(SymbolicExtent("heads*headSize"))
    #expect(extent.value(in: Dimensions(heads: .max, headSize: 2)) == nil)
  }
}
