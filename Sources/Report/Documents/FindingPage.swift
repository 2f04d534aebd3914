internal import Judge

/// The manual page of a finding, taken apart by its headings.
struct FindingPage {
  let markdown: String
  /// Text below each second-level heading.
  let sections: [(heading: String, text: String)]

  init(_ code: FindingCode) {
    markdown = FindingPages.page(for: code.rawValue) ?? ""
    var sections: [(heading: String, text: String)] = []
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") {
        sections.append((String(line.dropFirst(3)), ""))
      } else if !sections.isEmpty {
        sections[sections.count - 1].text += line + "\n"
      }
    }
    self.sections = sections
  }

  /// The first paragraph below a heading, on one line; empty if there is none.
  func firstParagraph(of heading: String) -> String {
    let text = sections.first { $0.heading == heading }?.text ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop(while: \.isEmpty).prefix { !$0.isEmpty }.joined(separator: " ")
  }

  /// The level that the page states; some rules emit a lower one.
  var level: Finding.Level {
    Finding.Level.allCases.first { firstParagraph(of: "Level").hasPrefix($0.rawValue) } ?? .warning
  }
}
