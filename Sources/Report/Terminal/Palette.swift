/// Styles of terminal text: none, or ANSI escape sequences.
package enum Palette: Sendable {
  case plain
  case ansi

  package enum Style: String, Sendable, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
  }

  /// The text in the given styles.
  ///
  /// Lay text out before painting it: escape sequences have no width.
  package func paint(_ text: String, _ styles: Style...) -> String { paint(text, styles) }

  package func paint(_ text: String, _ styles: [Style]) -> String {
    guard self == .ansi, !text.isEmpty, !styles.isEmpty else { return text }
    return "\u{1B}[" + styles.map(\.rawValue).joined(separator: ";") + "m" + text + "\u{1B}[0m"
  }
}
