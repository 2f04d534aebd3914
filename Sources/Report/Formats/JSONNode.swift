private import Foundation

/// A JSON document to be written in one canonical way, so that equal reports are equal bytes.
///
/// Keys are sorted by their UTF-8 bytes; numbers have at most six significant digits; two spaces
/// of indentation, but a value that fits on one line stays on one line.
enum JSONNode: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// JSON has no infinities: they become ±1e308, and what is not a number becomes 0.
  case number(Double)
  case string(String)
  case array([JSONNode])
  case object([String: JSONNode])
  /// JSON on one line, made elsewhere and as canonical: without what could steer a terminal.
  case verbatim(String)

  /// The node, or null.
  static func optional<Value>(_ value: Value?, _ node: (Value) -> JSONNode) -> JSONNode {
    value.map(node) ?? .null
  }

  static func strings(_ values: [String]) -> JSONNode { .array(values.map(JSONNode.string)) }

  /// The document, without a line feed at its end.
  func encoded() -> String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  /// The document on one line, for formats of which several stand in a file.
  func onOneLine() -> String {
    switch self {
    case .array(let elements):
      return "[" + elements.map { $0.onOneLine() }.joined(separator: ",") + "]"
    case .object(let members):
      let texts = Self.sorted(members).map { key in
        Self.quoted(key) + ":" + (members[key] ?? .null).onOneLine()
      }
      return "{" + texts.joined(separator: ",") + "}"
    default:
      return scalarText ?? "null"
    }
  }

  /// An object of those members that have a value.
  static func present(_ members: [String: JSONNode?]) -> JSONNode {
    .object(members.compactMapValues(\.self))
  }

  private static let lineWidth = 100

  private func write(to text: inout String, indentation: Int) {
    if let line = onOneLine(upTo: Self.lineWidth - indentation) {
      text += line
      return
    }
    let inner = String(repeating: " ", count: indentation + 2)
    let outer = String(repeating: " ", count: indentation)
    switch self {
    case .array(let elements):
      text += "[\n"
      for (index, element) in elements.enumerated() {
        text += inner
        element.write(to: &text, indentation: indentation + 2)
        text += index + 1 < elements.count ? ",\n" : "\n"
      }
      text += outer + "]"
    case .object(let members):
      text += "{\n"
      let keys = Self.sorted(members)
      for (index, key) in keys.enumerated() {
        text += inner + Self.quoted(key) + ": "
        (members[key] ?? .null).write(to: &text, indentation: indentation + 2)
        text += index + 1 < keys.count ? ",\n" : "\n"
      }
      text += outer + "}"
    default:
      text += scalarText ?? "null"
    }
  }

  /// The value on one line if it takes at most `width` characters, its nesting at most one level.
  private func onOneLine(upTo width: Int) -> String? {
    if let scalarText { return scalarText }
    let line: String
    switch self {
    case .array(let elements):
      let texts = elements.compactMap(\.scalarText)
      guard texts.count == elements.count else { return nil }
      line = "[" + texts.joined(separator: ", ") + "]"
    case .object(let members):
      let texts = Self.sorted(members).compactMap { key in
        members[key]?.scalarText.map { Self.quoted(key) + ": " + $0 }
      }
      guard texts.count == members.count else { return nil }
      line = members.isEmpty ? "{}" : "{ " + texts.joined(separator: ", ") + " }"
    default:
      return nil
    }
    return line.utf8.count <= width ? line : nil
  }

  private var scalarText: String? {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): Self.text(of: value)
    case .string(let value): Self.quoted(value)
    case .verbatim(let text): text
    case .array, .object: nil
    }
  }

  private static func sorted(_ members: [String: JSONNode]) -> [String] {
    members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func text(of value: Double) -> String {
    if value.isNaN || value == 0 { return "0" }
    let finite = min(max(value, -1e308), 1e308)
    return String(format: "%.6g", finite)
  }

  /// A string literal.
  ///
  /// What could steer a terminal is escaped as well as what JSON forbids.
  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isUnprintable:
        for unit in String(scalar).utf16 { text += String(format: "\\u%04x", Int(unit)) }
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
