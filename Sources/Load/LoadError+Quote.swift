extension LoadError {
  /// Text of a file as it may stand in a message: short, on one line, in quotes.
  package static func quote(_ text: String) -> String {
    let limit = 80
    var quoted = "'"
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        quoted += "\\u{\(String(scalar.value, radix: 16))}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    if text.unicodeScalars.dropFirst(limit).first != nil { quoted += "…" }
    return quoted + "'"
  }
}
