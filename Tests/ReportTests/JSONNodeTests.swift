import Testing

@testable import Report

@Suite struct JSONNodeTests {
  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (0.5234567, "0.523457"), (-89.25, "-89.25"),
    (1e-12, "1e-12"), (123_456_789, "1.23457e+08"), (.nan, "0"), (.infinity, "1e+308"),
  ])
  func numbersHaveSixSignificantDigits(value: Double, text: String) {
    #expect(JSONNode.number(value).encoded() == text)
  }

  @Test func integersKeepAllTheirDigits() {
    #expect(JSONNode.integer(.max).encoded() == "9223372036854775807")
  }

  @Test func keysAreSorted() {
    let node = JSONNode.object(["b": .integer(1), "a": .null, "A": .bool(true)])
    #expect(node.encoded() == #"{ "A": true, "a": null, "b": 1 }"#)
  }

  @Test func longOrNestedValuesTakeSeveralLines() {
    let node = JSONNode.object(["a": .array([.object([:])]), "b": .array([])])
    #expect(
      node.encoded() == """
        {
          "a": [
            {}
          ],
          "b": []
        }
        """)
  }
}
