extension LoadError {
  /// Text of a file as it may stand in a message: short, on one line, in quotes.
  package static func quote(_ text: String) -> String {
    "'\(printable(text, limit: 80))'"
  }

  /// Text as it may be shown on a terminal: on one line, without what a terminal would obey.
  static func printable(_ text: String, limit: Int) -> String {
    var printable = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        printable += "\\u{\(String(scalar.value, radix: 16))}"
      default: printable.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.dropFirst(limit).isEmpty ? printable : printable + "…"
  }
}
