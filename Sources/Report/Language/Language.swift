/// A language that reports for people are written in.
package enum Language: String, Sendable, CaseIterable {
  case en
  case zh

  /// The phrase in this language.
  func callAsFunction(_ phrase: some Translated) -> String {
    switch self {
    case .en: phrase.texts.en
    case .zh: phrase.texts.zh
    }
  }

  /// The phrase, by name: `say(.subject)`.
  func say(_ phrase: Phrase) -> String { self(phrase) }

  /// The phrase with `{0}`, `{1}` … replaced.
  func say(_ phrase: Phrase, _ values: String...) -> String {
    let named = Dictionary(uniqueKeysWithValues: values.enumerated().map { ("\($0)", $1) })
    return filled(self(phrase), named) ?? self(phrase)
  }

  /// A number with what it counts: `57 tensors`, `57 个张量`.
  func count(_ number: Int, _ noun: Noun) -> String {
    switch self {
    case .en: Figures.plural(number, noun.texts.en)
    case .zh: "\(number) \(noun.texts.zh)"
    }
  }

  /// Between the parts of a list within a sentence.
  var comma: String { self == .zh ? "、" : ", " }

  /// Between the parts of a sentence.
  var separator: String { self == .zh ? "，" : ", " }

  /// Before what was announced.
  var colon: String { self == .zh ? "：" : ": " }

  /// Text in brackets behind other text.
  func bracketed(_ text: String) -> String { self == .zh ? "（\(text)）" : " (\(text))" }
}

/// Something that is said in every language.
///
/// The compiler sees to it that none is forgotten: the texts stand side by side.
protocol Translated: Sendable {
  var texts: (en: String, zh: String) { get }
}

/// The text with each `{name}` replaced by its value; nil if a value is missing.
///
/// Values are not looked into: what came from a file cannot bring placeholders of its own.
func filled(_ template: String, _ values: [String: String]) -> String? {
  var text = ""
  var rest = Substring(template)
  while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
    guard let value = values[String(rest[rest.index(after: open)..<close])] else { return nil }
    text += rest[..<open] + value
    rest = rest[rest.index(after: close)...]
  }
  return text + rest
}
