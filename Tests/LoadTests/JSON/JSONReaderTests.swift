import Load
import Testing

private func parse(_ text: String, _ limits: LoadLimits = .standard) throws -> JSONValue {
  try JSONReader.parse(Array(text.utf8), limits: limits)
}

private func failure(
  _ bytes: [UInt8], source: JSONSource = JSONSource(), _ limits: LoadLimits = .standard
) -> LoadError? {
  do {
    _ = try JSONReader.parse(bytes, source: source, limits: limits)
    return nil
  } catch {
    return error
  }
}

@Suite struct JSONReaderTests {
  @Test func readsEveryKindOfValue() throws {
    let value = try parse(#" {"a":[1,-2.5e1,true,false,null,"x"],"b":{"c":{}},"d":[]} "#)
    #expect(
      value
        == .object([
          ("a", .array([.integer(1), .number(-25), .bool(true), .bool(false), .null, .string("x")])),
          ("b", .object([("c", .object([]))])),
          ("d", .array([])),
        ]))
  }

  @Test(arguments: [
    ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("12", .integer(12)), ("12.0", .number(12)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1e3", .number(1000)),
    ("99999999999999999999999", .number(1e23)), ("1E-2", .number(0.01)), ("1e-999", .number(0)),
  ])
  func keepsIntegersApartFromNumbers(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u4E2D""#, "é中"),
    (#""\ud83d\ude00""#, "😀"), (#""é中😀""#, "é中😀"), (#""""#, ""), (#""\u0000""#, "\0"),
    (#""a\\""#, "a\\"),
  ])
  func decodesStrings(text: String, expected: String) throws {
    #expect(try parse(text).string.map { Array($0.utf8) } == Array(expected.utf8))
  }

  @Test(arguments: [
    "", "  ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}",
    "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "[1 2]", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1",
    "NaN", "Infinity", "-Infinity", "tru", "nul", "falsee", "'a'", "\"a", "\"a\\", "\"\\\"",
    "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\u{1}\"", "\"a\nb\"", "1 2", "{} x", "// x\n1",
    "1e999", "\u{FEFF}1", "[1}", "{\"a\":1]",
  ])
  func refusesWhatIsNotJSON(text: String) {
    #expect(failure(Array(text.utf8))?.code == .metadataMalformed)
  }

  @Test(arguments: [
    #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#, #""\ud83d\u""#,
  ])
  func refusesLoneSurrogates(text: String) {
    #expect(failure(Array(text.utf8))?.message.contains("surrogate") == true)
  }

  @Test(arguments: [
    [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
  ] as [[UInt8]])
  func refusesTextThatIsNotUTF8(text: [UInt8]) {
    let source = JSONSource(malformed: .headerMalformed, notUTF8: .headerNotUTF8)
    #expect(failure([0x22] + text + [0x22], source: source)?.code == .headerNotUTF8)
    #expect(failure([0x22, 0x5C, 0x6E] + text + [0x22], source: source)?.code == .headerNotUTF8)
  }

  @Test(arguments: [1, 7, 8, 9, 40, 1000])
  func refusesDuplicateKeysAmongMany(count: Int) {
    let members = (0..<count).map { "\"key \($0)\":\($0)" } + ["\"key \(count / 2)\":0"]
    let error = failure(Array("{\(members.joined(separator: ","))}".utf8))
    #expect(error?.code == .duplicateKey)
    #expect(error?.message.contains("'key \(count / 2)'") == true)
  }

  @Test func tellsKeysApartByTheirBytesNotTheirLook() throws {
    let value = try parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
    guard case .object(let members) = value else {
      Issue.record("not an object")
      return
    }
    #expect(members.count == 2)
  }

  @Test func findsADuplicateKeySpeltWithEscapes() {
    #expect(failure(Array(#"{"a":1,"\u0061":2}"#.utf8))?.code == .duplicateKey)
  }

  @Test func boundsTheNesting() throws {
    let deep = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try parse(deep(64))
    #expect(failure(Array(deep(65).utf8))?.code == .nestingTooDeep)
    #expect(
      failure([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))?.code == .nestingTooDeep)
    let skipped = "{\"a\":" + String(repeating: "{\"a\":", count: 100_000)
    #expect(failure(Array(skipped.utf8))?.code == .nestingTooDeep)
  }

  @Test func boundsTheNumberOfValues() throws {
    var limits = LoadLimits()
    limits.jsonValueCount = 4
    _ = try parse("[1,2,3]", limits)
    #expect(failure(Array("[1,2,3,4]".utf8), limits)?.code == .limitExceeded)
  }

  @Test func saysWhereInTheFileTheTextIsWrong() {
    let source = JSONSource(file: "x.json", baseOffset: 8, malformed: .headerMalformed)
    let error = failure(Array(#"{"a": nope}"#.utf8), source: source)
    #expect(error?.code == .headerMalformed)
    #expect(error?.file == "x.json")
    #expect(error?.offset == 14)
  }

  @Test func readsPythonsNumbersOnlyWhereAllowed() throws {
    let source = JSONSource(allowsPythonNumbers: true)
    let value = try JSONReader.parse(Array("[Infinity,-Infinity,NaN,-1]".utf8), source: source)
    #expect(value.array?[0].number == .infinity)
    #expect(value.array?[1].number == -.infinity)
    #expect(value.array?[2].number?.isNaN == true)
    #expect(value.array?[3].integer == -1)
  }

  @Test func survivesAnyDamageToADocument() throws {
    let text = Array(#"{"a":[1,-2.5e1,true,null,"x\u00e9\ud83d\ude00"],"b":{"c":"é"}}"#.utf8)
    var accepted = 0
    for index in text.indices {
      for byte in UInt8.min...UInt8.max {
        var damaged = text
        damaged[index] = byte
        if failure(damaged) == nil { accepted += 1 }
      }
      #expect(failure(Array(text[..<index])) != nil)
    }
    // Digits and letters may change without harm, structure may not.
    #expect(accepted < text.count * 128)
  }
}
