import Foundation
import Judge
import Testing

@testable import Report

@Suite struct FindingPagesTests {
  private static let english = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/findings")

  private static func folder(_ language: Language) -> URL {
    language == .en ? english : english.appending(path: language.rawValue)
  }

  private static let translations = Language.allCases.filter { $0 != .en }

  @Test(arguments: Language.allCases)
  func everyCodeHasAPageAndEveryPageACode(language: Language) {
    #expect(
      Set(FindingPages.pages(in: language).keys) == Set(FindingCode.allCases.map(\.rawValue)))
  }

  /// If this fails: `scripts/generate`.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: english.path(percentEncoded: false))),
    arguments: Language.allCases)
  func thePagesInTheProgramAreThoseOfTheDocumentation(language: Language) throws {
    for (code, page) in FindingPages.pages(in: language) {
      let file = Self.folder(language).appending(path: code + ".md")
      #expect(try String(contentsOf: file, encoding: .utf8) == page, "\(code)")
    }
  }

  @Test(arguments: Language.allCases, FindingCode.allCases)
  func aPageIsHeadedByItsFindingAndHasEverySectionInOrder(language: Language, code: FindingCode) {
    let page = FindingPage(code, in: language)
    let title = language.title(code)
    let name = title == code.name ? title : title + language.bracketed(code.name)
    #expect(page.markdown.hasPrefix("# \(code.rawValue) \(name)\n\n## "))
    #expect(page.sections.map(\.heading) == FindingPage.Heading.allCases.map { language($0) })
    for section in page.sections {
      #expect(section.text.contains { !$0.isWhitespace }, "\(section.heading)")
    }
  }

  /// What must not drift apart when one of the pages is edited.
  @Test(arguments: translations, FindingCode.allCases)
  func aTranslationStatesTheSameNumbersNamesCommandsAndLevel(
    language: Language, code: FindingCode
  ) {
    let (original, translation) = (FindingPage(code, in: .en), FindingPage(code, in: language))
    for (one, other) in zip(original.sections, translation.sections) {
      #expect(numbers(one.text) == numbers(other.text), "\(other.heading)")
      #expect(names(one.text) == names(other.text), "\(other.heading)")
    }
    #expect(commands(original) == commands(translation))
    #expect(original.level == translation.level)
  }

  @Test(arguments: FindingCode.allCases)
  func everySectionOfAChinesePageIsChinese(code: FindingCode) {
    for section in FindingPage(code, in: .zh).sections {
      #expect(
        section.text.unicodeScalars.contains { $0.properties.isIdeographic }, "\(section.heading)")
    }
  }

  @Test(arguments: Language.allCases)
  func thePageOfWhatIsUndecidedStatesTheBoundsOfTheProgram(language: Language) {
    let page = FindingPage(.inconclusive, in: language).markdown
    for log10P in [Calibration.significantLog10P, Calibration.extrapolatedLog10P] {
      let bound = Figures.raised(Figures.pValue(log10: log10P))
      #expect(page.contains(bound), "\(bound)")
    }
    let coverage = "\(Int((100 * Calibration.inconclusiveCoverage).rounded())) %"
    #expect(page.contains(coverage))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: english.path(percentEncoded: false))))
  func theMethodStatesTheConfidenceOfItsIntervals() throws {
    let method = Self.english.deletingLastPathComponent().appending(path: "method.md")
    let text = try String(contentsOf: method, encoding: .utf8)
    #expect(text.contains("a \(Calibration.confidencePercent) % interval"))
  }

  /// Numbers outside of examples, which say the same at another length.
  private func numbers(_ text: String) -> [Substring] {
    prose(text).matches(of: /[0-9]+(?:\.[0-9]+)?/).map(\.output).sorted()
  }

  /// What stands between backticks outside of examples: options, files, fields and commands.
  private func names(_ text: String) -> Set<Substring> {
    Set(prose(text).replacing("\n", with: " ").matches(of: /`([^`]+)`/).map(\.1))
  }

  /// The commands of the examples, but for the language and what a comment says.
  private func commands(_ page: FindingPage) -> [String] {
    page.markdown.split(separator: "\n").filter { $0.hasPrefix("    $ ") }.map { line in
      String(line).replacing(" --lang \(page.language.rawValue)", with: "")
        .replacing(#/ +#.*/#, with: "")
    }
  }

  private func prose(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.hasPrefix("    ") }.joined(separator: "\n")
  }
}
