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
  ///
  /// - Parameter columns: of the terminal that it is for, if any.
  package static func list(in language: Language, columns: Int? = nil) -> String {
    let rows = FindingCode.allCases.map { code in
      let title = language.title(code)
      return (
        code.rawValue, language(FindingPage(code, in: language).level),
        title == code.name ? title : "\(title) (\(code.name))"
      )
    }
    let width = rows.map { TextLayout.width($0.1) }.max() ?? 0
    return rows.flatMap { code, level, title in
      TextLayout.fitted(
        "\(code)  \(TextLayout.padded(level, to: width))  \(title)", to: max(columns ?? .max, 40))
    }.map { $0 + "\n" }.joined()
  }

  /// The page of a finding; empty only where a page is missing, which the tests do not let pass.
  package static func page(of code: FindingCode, in language: Language) -> String {
    pages(in: language)[code.rawValue] ?? ""
  }

  /// A page for people at a terminal: headings stand out, the marks of Markdown are gone but for
  /// tables, and paragraphs are as wide as there is room.
  ///
  /// - Parameter columns: of the terminal.
  package static func text(of page: String, palette: Palette, columns: Int) -> String {
    let columns = min(max(columns, 40), 100)
    var lines: [String] = []
    var paragraph: [Substring] = []
    /// Between pairs of ticks stands what is typed, on one line or two.
    func typed(_ text: String) -> String {
      text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .map { $0 % 2 == 1 ? palette.paint(String($1), .cyan) : String($1) }.joined()
    }
    func finish() {
      guard let first = paragraph.first else { return }
      let mark = first.prefixMatch(of: #/(?:-|\d+\.) /#).map { String($0.output) } ?? ""
      let indent = TextLayout.padded("", to: mark.count)
      let text = TextLayout.unwrapped(paragraph.map { $0.drop { $0 == " " } })
      let wrapped = TextLayout.wrapped(
        String(text.dropFirst(mark.count)), to: columns - mark.count)
      lines.append(
        typed(wrapped.enumerated().map { ($0 == 0 ? mark : indent) + $1 }.joined(separator: "\n")))
      paragraph = []
    }
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      let isCode = line.hasPrefix("    ")
      if isCode || line.isEmpty || line.hasPrefix("#") || line.hasPrefix("|") {
        finish()
        if line.hasPrefix("#") {
          let heading = String(line.drop { $0 == "#" || $0 == " " })
          lines += TextLayout.wrapped(heading, to: columns).map { palette.paint($0, .bold) }
        } else if isCode {
          lines.append(palette.paint(String(line), .dim))
        } else {
          lines.append(
            typed(TextLayout.fitted(String(line), to: columns).joined(separator: "\n")))
        }
      } else {
        if line.prefixMatch(of: #/(?:-|\d+\.) /#) != nil { finish() }
        paragraph.append(line)
      }
    }
    finish()
    return lines.joined(separator: "\n") + "\n"
  }
}
