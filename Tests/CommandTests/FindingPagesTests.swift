import Foundation
import Judge
import Testing

@Suite struct FindingPagesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/findings")

  @Test func everyCodeHasAPageAndEveryPageACode() {
    #expect(Set(FindingPages.pages.keys) == Set(FindingCode.allCases.map(\.rawValue)))
  }

  /// If this fails: `scripts/generate`.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: folder.path(percentEncoded: false))))
  func thePagesInTheProgramAreThoseOfTheDocumentation() throws {
    for (code, page) in FindingPages.pages {
      let file = Self.folder.appending(path: code + ".md")
      #expect(try String(contentsOf: file, encoding: .utf8) == page, "\(code)")
    }
  }
}
