import Load
import Testing

@Suite struct JSONCursorTests {
  private func read<R>(
    _ text: String, limits: LoadLimits = .standard,
    _ body: (inout JSONCursor) throws(LoadError) -> R
  ) throws -> R {
    try Array(text.utf8).withUnsafeBytes { bytes in
      var cursor = JSONCursor(bytes, source: JSONSource(), limits: limits)
      let result = try body(&cursor)
      try cursor.end()
      return result
    }
  }

  @Test func takesOneMemberAndSkipsTheRest() throws {
    let text = #"{"merges":[["a","b"],{"x":[1,{"y":null}]}],"vocab":{"a":1,"b":2},"end":"z"}"#
    var ids: [String: Int] = [:]
    try read(text) { (cursor) throws(LoadError) in
      try cursor.members { (key, cursor) throws(LoadError) in
        guard key == "vocab" else { return }
        try cursor.members { (token, cursor) throws(LoadError) in
          ids[token] = try cursor.integer()
        }
      }
    }
    #expect(ids == ["a": 1, "b": 2])
  }

  @Test func keepsTheLimitOnValuesOutOfWhatItSkips() throws {
    var limits = LoadLimits()
    limits.jsonValueCount = 1
    try read("[[1,2,3],[4,5,6]]", limits: limits) { (cursor) throws(LoadError) in
      try cursor.skip()
    }
  }

  @Test(arguments: [
    "{\"a\":[1,]}", "{\"a\" 1}", "[\"\\ud800\"]", "[1", "{\"a\":}", "[\"\\q\"]", "[tru]",
  ])
  func checksTheSyntaxOfWhatItSkips(text: String) {
    #expect(throws: LoadError.self) {
      try read(text) { (cursor) throws(LoadError) in try cursor.skip() }
    }
  }

  @Test(arguments: ["1.0", "1e2", "9223372036854775808", "\"1\"", "true", "[]"])
  func refusesAsAnIntegerWhatIsNotWrittenAsOne(text: String) {
    #expect(throws: LoadError.self) {
      try read(text) { (cursor) throws(LoadError) in try cursor.integer() }
    }
  }

  @Test func tellsTheKindOfTheNextValue() throws {
    var kinds: [JSONCursor.Kind] = []
    try read(#"[null,true,-1,"",[],{}]"#) { (cursor) throws(LoadError) in
      try cursor.elements { (cursor) throws(LoadError) in kinds.append(try cursor.kind()) }
    }
    #expect(kinds == [.null, .bool, .number, .string, .array, .object])
  }
}
