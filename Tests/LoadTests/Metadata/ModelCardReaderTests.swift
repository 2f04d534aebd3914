import TestSupport
import Testing

@testable import Load

@Suite struct ModelCardReaderTests {
  private func card(_ text: String, limits: LoadLimits = .standard) throws -> ModelCard? {
    let folder = try TemporaryFolder()
    return try ModelCardReader.read(
      path: try folder.write("README.md", text: text), limits: limits)
  }

  @Test func readsWhatACardDeclares() throws {
    let card = try card(
      """
      ---
      language:
      - en
      license: other
      license_name: "llama3.1"
      base_model: meta-llama/Llama-3.1-8B # the parent
      base_model_relation: finetune
      tags: [a, b]
      ---
      # Title
      base_model: not/this
      """)
    #expect(
      card
        == ModelCard(
          baseModels: ["meta-llama/Llama-3.1-8B"], relation: "finetune", license: "other",
          licenseName: "llama3.1"))
  }

  @Test(arguments: [
    "base_model:\n- a/b\n- c/d", "base_model:\n  - a/b\n  - 'c/d'", "base_model: [a/b, \"c/d\"]",
    "base_model: [\n  a/b,\n  c/d\n]", "\"base_model\":\n- a/b\n# note\n- c/d",
  ])
  func readsAListOfParents(yaml: String) throws {
    #expect(try card("---\n\(yaml)\nlicense: mit\n---\n")?.baseModels == ["a/b", "c/d"])
    #expect(try card("---\r\n\(yaml)\r\nlicense: mit\r\n---\r\n")?.license == "mit")
  }

  @Test(arguments: ["", "# Title\n---\nlicense: mit\n---", "----\nlicense: mit\n----\n"])
  func findsNoCardWithoutFrontMatter(text: String) throws {
    #expect(try card(text + "\n") == nil)
  }

  @Test(arguments: ["base_model:", "base_model: null", "base_model: []", "base_model: ''", ""])
  func findsNoParentWhereNoneIsNamed(yaml: String) throws {
    #expect(try card("---\n\(yaml)\n---\n") == ModelCard())
  }

  @Test func keepsAFigureAsItIsWritten() throws {
    #expect(try card("---\nlicense: 1.0\nlicense_name: no\n---\n")?.license == "1.0")
  }

  @Test func minesNothingElseInACardThatIsBroken() throws {
    let text = "---\nwidget:\n- text: *bold* & [broken\nlicense: mit\nfoo: : bar\n---\n"
    #expect(try card(text)?.license == "mit")
  }

  @Test(arguments: [
    "base_model: &a x\nlicense: *a", "base_model: [&a x, *a]", "license:\n- &x y", "license: *x",
    "base_model:\n  &a\n  - x", "base_model: {&a : x}",
  ])
  func refusesAnchorsAndAliases(yaml: String) throws {
    let error = #expect(throws: LoadError.self) { try card("---\n\(yaml)\n---\n") }
    #expect(error?.code == .metadataMalformed)
    #expect(error?.message.contains("anchors") == true)
  }

  @Test(arguments: [
    "license: " + String(repeating: "[", count: 100_000),
    "license: " + String(repeating: "{a: ", count: 60_000),
    "base_model:\n" + String(repeating: "- ", count: 100_000) + "a",
    "base_model:\n " + String(repeating: "? ", count: 100_000) + "a",
    "base_model:\n" + (0..<400).map { String(repeating: " ", count: $0) + "-\n" }.joined(),
  ])
  func refusesDeepNestingQuickly(yaml: String) throws {
    let error = #expect(throws: LoadError.self) { try card("---\n\(yaml)\n---\n") }
    #expect(error?.code == .nestingTooDeep)
  }

  @Test func refusesAnAliasBombQuickly() throws {
    var yaml = "base_model:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      yaml += "  a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(throws: LoadError.self) { try card("---\n\(yaml)---\n") }
  }

  @Test(arguments: [
    "base_model: {a: b}", "base_model:\n- [a]\n- b", "base_model: [a", "license: \"x",
    "base_model: a\nbase_model: b", "base_model: a: b",
  ])
  func refusesWhatIsNoListOfNames(yaml: String) throws {
    let error = #expect(throws: LoadError.self) { try card("---\n\(yaml)\n---\n") }
    #expect(error?.code == .metadataMalformed)
  }

  @Test func refusesFrontMatterThatDoesNotEnd() throws {
    #expect(
      #expect(throws: LoadError.self) { try card("---\nlicense: mit\n") }?.code
        == .metadataMalformed)
    let long = "---\n" + String(repeating: "a: b\n", count: 100_000) + "---\n"
    #expect(#expect(throws: LoadError.self) { try card(long) }?.code == .limitExceeded)
  }

  @Test func boundsTheNumberOfParents() throws {
    let names = String(repeating: "- a/b\n", count: 1001)
    let error = #expect(throws: LoadError.self) { try card("---\nbase_model:\n\(names)---\n") }
    #expect(error?.code == .limitExceeded)
  }
}
