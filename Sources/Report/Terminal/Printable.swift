/// Text from a file as it may be shown on a terminal.
///
/// Names in a checkpoint belong to whoever made it. Control characters, escape sequences,
/// direction overrides and invisible characters are spelled out as `\u{1B}`, so that a name can
/// neither move the cursor, recolour the screen, nor look like another name.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: \.isUnprintable) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.isUnprintable {
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

extension Unicode.Scalar {
  /// Whether the character does something to a display instead of appearing on it.
  var isUnprintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      true
    default: properties.isDefaultIgnorableCodePoint
    }
  }
}
