import Testing

@testable import Load

@Suite struct YAMLSafetyTests {
  @Test(arguments: [
    "license_name: Research & Development Licence", "base_model: a/b   # merged & healed *well*",
    "a: R&D", "a: 'b & *c'", "a: \"*bold* & more\"", "# *x &y\na: 1", "a: b *c &d",
    "a: |\n  *bold*\n  & more", "a: &anchor b", "a: &x [1, &y 2]", "",
  ])
  func readsWhatOnlyLooksLikeAReference(text: String) throws {
    #expect(YAMLSafety.refusal(of: text) == nil)
    _ = try YAMLDocuments.roots(of: text)
  }

  @Test(arguments: [
    ("a: &x [1]\nb: *x", 2), ("*x", 1), ("a:\n- 1\n- *x : 2", 3), ("a: 1\n--- \nb: *c", 3),
    ("<<: *x", 1),
  ])
  func refusesAnAliasAndNamesItsLine(text: String, line: Int) {
    let refusal = YAMLSafety.refusal(of: text)
    #expect(refusal?.code == .metadataMalformed)
    #expect(refusal?.line == line)
    #expect(refusal?.message.contains("aliases") == true)
  }

  @Test func boundsDepthExactly() {
    func flow(_ depth: Int) -> String {
      "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    // The mapping around counts too.
    #expect(YAMLSafety.refusal(of: flow(63), depth: 64) == nil)
    #expect(YAMLSafety.refusal(of: flow(64), depth: 64)?.code == .nestingTooDeep)
    let siblings = String(repeating: "- [[1], {a: [2]}]\n", count: 1000)
    #expect(YAMLSafety.refusal(of: siblings, depth: 4) == nil)
    #expect(YAMLSafety.refusal(of: siblings, depth: 3)?.code == .nestingTooDeep)
  }

  @Test(arguments: [
    "[", "{a: ", "- ", "? ", "- ? ", "a:\n ",
  ])
  func meetsTheBoundBeforeTheText(opening: String) {
    let text = String(repeating: opening, count: 1_000_000)
    let refusal = YAMLSafety.refusal(of: text)
    #expect(refusal?.code == .nestingTooDeep || opening == "a:\n ")
  }

  @Test func boundsTheNumberOfValues() {
    let text = "a: [" + String(repeating: "1,", count: 1000) + "]"
    #expect(YAMLSafety.refusal(of: text, nodes: 1003) == nil)
    #expect(YAMLSafety.refusal(of: text, nodes: 1002)?.code == .limitExceeded)
  }
}

@Suite struct YAMLDocumentsTests {
  @Test func readsEveryDocument() throws {
    let roots = try YAMLDocuments.roots(of: "a: 1\n---\n---\n2\n...\n---\n- c\n")
    #expect(roots.count == 3)
    #expect(roots.map(\.name) == [nil, "2", nil])
  }

  @Test(arguments: [
    ("a: 'b\nc: d", "is not YAML: "), ("a: 1\na: 2", "key 'a' twice"), ("a: b: c", "is not YAML: "),
    ("\u{1}", "is not YAML"),
  ])
  func saysOnOneLineWhatIsWrong(text: String, message: String) {
    let failure = #expect(throws: YAMLDocuments.Failure.self) { try YAMLDocuments.roots(of: text) }
    #expect(failure?.message.contains(message) == true)
    #expect(failure?.message.contains(where: \.isNewline) == false)
  }

  @Test(
    arguments: [
      ("~", nil), ("null", nil), ("''", nil), ("'null'", "null"), ("' a '", "a"), ("1.0", "1.0"),
      ("no", "no"), ("[a]", nil),
    ] as [(String, String?)])
  func aNameIsTextThatIsNotNothing(text: String, name: String?) throws {
    #expect(try YAMLDocuments.roots(of: text).first?.name == name)
  }
}
