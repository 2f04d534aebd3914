import Foundation
import Load
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

  private static func vocabulary(_ tokens: [String]) -> Vocabulary {
    Vocabulary(
      tokens: Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($0, Array($1.utf8)) }),
      source: "tokenizer.json")
  }

  /// Texts of which none is in the list, like molecules.
  private static let molecules = (0..<300).map { "[C@@H]\($0)" }

  @Test func aVocabularyWithoutOurWordsIsAnchoredByItsOwnTokens() {
    let list = AnchorList.standard
    let tokens = Self.molecules
    let ids = list.ids(in: Self.vocabulary(tokens))
    #expect(ids.count == tokens.count)
    #expect(ids.keys.allSatisfy(list.isKey))
    // Numbered otherwise, the same tokens have the same keys.
    let turned = list.ids(in: Self.vocabulary(tokens.reversed()))
    #expect(Set(turned.keys) == Set(ids.keys))
    #expect(ids.allSatisfy { turned[$0.key] == tokens.count - 1 - $0.value })
  }

  @Test func vocabulariesThatOverlapAgreeOnMostAnchors() {
    let list = AnchorList.standard
    let common = (0..<3000).map { "ሀ\($0)" }
    let first = list.ids(in: Self.vocabulary(common + (0..<600).map { "a#\($0)" }))
    let second = list.ids(in: Self.vocabulary((0..<600).map { "b#\($0)" } + common))
    #expect(first.count == AnchorList.limit && second.count == AnchorList.limit)
    let shared = Set(first.keys).intersection(second.keys)
    #expect(shared.count > 700)
    #expect(shared.allSatisfy { first[$0].map { $0 < 3000 } ?? false })
  }

  @Test func aVocabularyWithOurWordsIsAnchoredByThemAlone() {
    let list = AnchorList.standard
    let words = list.tokens.prefix(400).map { String(decoding: $0, as: UTF8.self) }
    let ids = list.ids(in: Self.vocabulary(words + Self.molecules))
    #expect(Set(ids.keys) == Set(0..<400))
  }
}
