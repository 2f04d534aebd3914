import Foundation
import TestSupport

/// Changes to JSON and YAML that leave most of the text as it was: what a parser accepts and what
/// comes after it must bear.
enum TextMutation: CaseIterable {
  case replaceNumber, replaceString, replaceValue, removeToken, repeatToken, exchangeTokens
  case nest, repeatMember, addLine

  private static let numbers = [
    "0", "-1", "1", "-0.0", "0.5", "1e308", "1e999", "9007199254740993", "9223372036854775807",
    "-9223372036854775808", "18446744073709551616", "4294967296", "2147483648", "00", "1e-400",
  ]
  private static let strings = [
    #""""#, #""\u0000""#, #""\ud800""#, #""../../../etc/passwd""#, #""/etc/passwd""#,
    "\"\u{1B}]0;x\u{7}\u{1B}[2J\"", "\"a\u{202E}b\u{200B}\"", "\"\u{FEFF}\"", #""\u001b[31m""#,
    "\"\(String(repeating: "x", count: 10_000))\"", #""F32""#, #""BF16""#, #""F4""#,
    #""model.layers.0.mlp.up_proj.weight""#, #""model.embed_tokens.weight""#, #""__metadata__""#,
    "\"\(String(repeating: "e\u{301}", count: 300))\"", "'", "\"",
  ]
  private static let values = [
    "null", "true", "[]", "{}", "[[[]]]", #"{"a":{"a":1}}"#, "[0,0]", "[1,2,3,4,5,6,7,8,9]",
    "[9223372036854775807,9223372036854775807]", "[-1,0]", "NaN", "Infinity",
  ]
  private static let lines = [
    "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nbase_model: [*b, *b, *b]",
    "base_model: *missing", "base_model: !!binary AAAA", "? [a]\n: b", "base_model: {a: b}",
    "base_model: [[[[[[[[a]]]]]]]]", "license: 1e400", "<<: *a", "---", "...", "\t- x",
    "base_model:\n  - \"\\u001b[2J\"", "license: [MIT, null, 3]", "base_model: ~", "%YAML 9.9",
  ]

  /// One to three changes of random kinds.
  static func mutate(_ text: String, with random: inout SplitMix64) -> String {
    var tokens = tokens(of: text)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      guard !tokens.isEmpty, let kind = allCases.randomElement(using: &random) else { break }
      kind.apply(to: &tokens, with: &random)
    }
    return tokens.joined()
  }

  /// Strings, numbers and words as a whole, everything else by the character.
  private static func tokens(of text: String) -> [String] {
    text.matches(of: #/"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*|[A-Za-z_]+|\s+|./#.dotMatchesNewlines())
      .map { String($0.output) }
  }

  private func apply(to tokens: inout [String], with random: inout SplitMix64) {
    func index(_ isWanted: (String) -> Bool) -> Int {
      let wanted = tokens.indices.filter { isWanted(tokens[$0]) }
      return wanted.randomElement(using: &random) ?? Int.random(in: tokens.indices, using: &random)
    }
    func isNumber(_ token: String) -> Bool { token.contains { $0.isNumber } && !isString(token) }
    func isString(_ token: String) -> Bool { token.hasPrefix("\"") }
    switch self {
    case .replaceNumber: tokens[index(isNumber)] = Self.numbers.randomElement(using: &random) ?? ""
    case .replaceString: tokens[index(isString)] = Self.strings.randomElement(using: &random) ?? ""
    case .replaceValue:
      let place = index { isNumber($0) || isString($0) }
      tokens[place] = Self.values.randomElement(using: &random) ?? ""
    case .removeToken: tokens.remove(at: index { _ in true })
    case .repeatToken:
      let place = index { _ in true }
      tokens.insert(tokens[place], at: place)
    case .exchangeTokens: tokens.swapAt(index { _ in true }, index(isString))
    case .nest:
      let depth = [1, 63, 64, 65, 1000, 100_000].randomElement(using: &random) ?? 1
      let place = index { isNumber($0) || isString($0) }
      tokens[place] =
        String(repeating: "[", count: depth) + tokens[place] + String(repeating: "]", count: depth)
    case .repeatMember:
      let place = index(isString)
      let end = min(place + Int.random(in: 1...12, using: &random), tokens.count)
      tokens.insert(contentsOf: tokens[place..<end] + [","], at: place)
    case .addLine:
      let place = index { $0.contains("\n") }
      tokens.insert("\n\(Self.lines.randomElement(using: &random) ?? "")\n", at: place)
    }
  }
}
