/// An element of an XML or HTML document, built from parts that are escaped already.
struct XML: Sendable {
  private(set) var text: String

  /// Text from anywhere: markup characters are escaped, control and direction characters spelled
  /// out as on a terminal.
  init(_ text: String) {
    self.text = Self.escaped(text)
  }

  private init(markup: String) {
    text = markup
  }

  static let empty = XML(markup: "")

  /// Markup that this program wrote itself.
  static func raw(_ markup: StaticString) -> XML { XML(markup: markup.description) }

  /// `<name a="…">…</name>`; attributes without a value are left out.
  static func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ content: XML...
  ) -> XML {
    let inner = content.map(\.text).joined()
    return XML(markup: "\(open(name, attributes))>\(inner)</\(name)>")
  }

  /// An element without content.
  static func void(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>
  ) -> XML {
    XML(markup: open(name, attributes) + "/>")
  }

  static func + (left: XML, right: XML) -> XML { XML(markup: left.text + right.text) }

  static func joined(_ parts: [XML]) -> XML { XML(markup: parts.map(\.text).joined()) }

  /// The parts on lines of their own.
  static func lines(_ parts: [XML]) -> XML {
    XML(markup: parts.map { $0.text + "\n" }.joined())
  }

  private static func open(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>
  ) -> String {
    attributes.reduce("<\(name)") { start, attribute in
      attribute.value.map { "\(start) \(attribute.key)=\"\(escaped($0))\"" } ?? start
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
