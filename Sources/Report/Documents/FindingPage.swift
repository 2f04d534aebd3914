internal import Judge

/// The manual page of a finding, taken apart by its headings.
struct FindingPage {
  let markdown: String
  let language: Language
  /// Text below each second-level heading.
  let sections: [(heading: String, text: String)]

  /// What every page says, in this order.
  enum Heading: Translated, CaseIterable {
    case level, meaning, importance, computation, limits, example, falsePositives, nextSteps

    var texts: (en: String, zh: String) {
      switch self {
      case .level: ("Level", "级别")
      case .meaning: ("What it means", "含义")
      case .importance: ("Why it matters", "为何重要")
      case .computation: ("How it is computed", "如何计算")
      case .limits: ("What it does not prove", "不能证明什么")
      case .example: ("Example", "示例")
      case .falsePositives: ("Known false positives", "已知误报")
      case .nextSteps: ("What to do next", "后续步骤")
      }
    }
  }

  init(_ code: FindingCode, in language: Language) {
    self.language = language
    markdown = FindingPages.page(of: code, in: language)
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
  func firstParagraph(of heading: Heading) -> String {
    let text = sections.first { $0.heading == language(heading) }?.text ?? ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return TextLayout.unwrapped(lines.drop(while: \.isEmpty).prefix { !$0.isEmpty })
  }

  /// The level that the page states; some rules emit a lower one.
  var level: Finding.Level {
    Finding.Level.allCases.first { firstParagraph(of: .level).hasPrefix(language($0)) } ?? .warning
  }
}
