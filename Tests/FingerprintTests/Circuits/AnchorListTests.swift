import Foundation
import Testing

@testable import Fingerprint

@Suite struct AnchorListTests {
  @Test func theAnchorsInTheProgramAreThoseOfTheCorpus() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpus/anchors.txt")
    #expect(
      try String(contentsOf: file, encoding: .utf8) == anchorsText,
      "anchors.txt is newer than its copy: run scripts/generate")
  }

  @Test func everyAnchorIsListedOnceAndThereAreEnough() {
    let lines = anchorsText.split(separator: "\n")
    #expect(AnchorList.standard.tokens.count == lines.count)
    #expect(AnchorList.standard.tokens.count >= AnchorList.limit)
  }
}
