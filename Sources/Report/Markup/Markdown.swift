/// Parts of a document in GitHub's Markdown, from text that may come from anywhere.
enum Markdown {
  /// Text that stands for itself: no markup, links, mentions or references to issues.
  static func text(_ text: String) -> String {
    var escaped = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      // Hosts look for names after these once the escapes are gone; an empty comment parts them.
      case "@", "#": escaped += "\(scalar)<!-- -->"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "|", "~", "!", "+":
        escaped += "\\\(scalar)"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    // What would become a link by itself.
    return escaped.replacing("://", with: "\\://").replacing("www.", with: "www\\.")
  }

  /// A name in fixed type, also within a table.
  static func code(_ text: String) -> String {
    let text = printable(text).replacing("|", with: "\\|")
    guard text.contains("`") else { return text.isEmpty ? "" : "`\(text)`" }
    // A fence one longer than the longest run within, as CommonMark wants it.
    let runs = text.split(whereSeparator: { $0 != "`" }).map(\.count)
    let fence = String(repeating: "`", count: (runs.max() ?? 0) + 1)
    return "\(fence) \(text) \(fence)"
  }

  /// A table; cells are Markdown already.
  static func table(_ headings: [String], _ rows: [[String]], rightAligned: Set<Int> = []) -> String
  {
    let rule = headings.indices.map { rightAligned.contains($0) ? "---:" : "---" }
    return ([headings, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// Content behind a line that opens it.
  static func details(_ summary: String, _ content: String) -> String {
    "<details><summary>\(XML(summary).text.replacing("@", with: "@<!-- -->"))</summary>\n\n\(content)\n</details>\n"
  }
}
