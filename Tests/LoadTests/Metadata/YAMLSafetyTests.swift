import Testing

@testable import Load

@Suite struct YAMLSafetyTests {
  @Test(arguments: [
    ("a: 1", 0), ("a: [1, [2], {b: 3}]", 2), ("a: [1]\nb: [2]\nc: [3]", 1), ("- - - a", 6),
    ("a:\n  b:\n    c: 1", 4), ("]]]]\na: [", 1),
  ])
  func depthCountsWhatIsOpen(text: String, depth: Int) {
    #expect(YAMLSafety.depth(text) == depth)
  }

  /// Closing brackets that are text would hide how deep the rest nests.
  @Test(arguments: [
    "a: [\"]\", ", "a: ['\n]\n', ", "a: [ # ]\n", "'\"' \"\n]\n", "a: [\"\n]]\n\", ",
  ])
  func closedBracketsInTextHideNothing(line: String) {
    #expect(YAMLSafety.depth(String(repeating: line, count: 100)) >= 100 || !line.contains("["))
    #expect(YAMLSafety.depth(line + String(repeating: "[\n]\n[\n", count: 100)) >= 100)
  }

  @Test func refusesDeepAndSelfReferringText() {
    func refusal(_ text: String) -> LoadError.Code? {
      do throws(LoadError) {
        try YAMLSafety.check(text, of: "the text", file: "f", limits: LoadLimits())
        return nil
      } catch {
        return error.code
      }
    }
    #expect(refusal("models:\n  - model: a/b\n    parameters: {weight: [0, 1]}") == nil)
    #expect(refusal("a: " + String(repeating: "[", count: 65)) == .nestingTooDeep)
    #expect(refusal(String(repeating: "- ", count: 100_000)) == .nestingTooDeep)
    #expect(refusal("a: &x [1]\nb: *x") == .metadataMalformed)
  }
}
