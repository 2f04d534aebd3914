package import Judge

/// The manual pages of the findings in every language, built into the program so that it can be moved
/// anywhere.
///
/// The texts are `docs/findings/<code>.md` and `docs/findings/zh/<code>.md`; `scripts/generate` writes
/// `FindingPages+<language>+Generated.swift` from them.
package enum FindingPages {
  /// Markdown by code.
  package static func pages(in language: Language) -> [String: String] {
    switch language {
    case .en: english
    case .zh: chinese
    }
  }

  /// Code, level and name of every finding, one on a line.
  package static func list(in language: Language) -> String {
    let rows = FindingCode.allCases.map { code in
      let title = language.title(code)
      return (
        code.rawValue, language(FindingPage(code, in: language).level),
        title == code.name ? title : "\(title) (\(code.name))"
      )
    }
    let width = rows.map { TextLayout.width($0.1) }.max() ?? 0
    return rows.map { "\($0)  \(TextLayout.padded($1, to: width))  \($2)\n" }.joined()
  }

  /// The page of a finding; empty only where a page is missing, which the tests do not let pass.
  package static func page(of code: FindingCode, in language: Language) -> String {
    pages(in: language)[code.rawValue] ?? ""
  }

  /// A page for people at a terminal: headings stand out, and the marks of Markdown are gone but for
  /// tables.
  package static func text(of page: String, palette: Palette) -> String {
    page.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix("#") {
        return palette.paint(String(line.drop { $0 == "#" || $0 == " " }), .bold)
      }
      if line.hasPrefix("    ") { return palette.paint(String(line), .dim) }
      // Between pairs of ticks stands what is typed.
      return line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .map { $0 % 2 == 1 ? palette.paint(String($1), .cyan) : String($1) }.joined()
    }.joined(separator: "\n")
  }
}
