import Foundation
import Judge
import Testing

@testable import Report

@Suite struct LanguageTests {
  private static let phrases: [any Translated] =
    Phrase.allCases as [any Translated] + Noun.allCases + Relation.allCases + ChangeKind.allCases
    + Finding.Level.allCases

  @Test func everyPhraseHasItsPlaceholdersInBothLanguages() {
    func placeholders(_ text: String) -> [String] {
      text.matches(of: /\{[^}]*\}/).map { String($0.output) }.sorted()
    }
    for phrase in Self.phrases {
      let texts = phrase.texts
      #expect(!texts.en.isEmpty && !texts.zh.isEmpty)
      #expect(placeholders(texts.en) == placeholders(texts.zh), "\(texts)")
    }
  }

  @Test func chineseTextIsChinese() {
    for phrase in Self.phrases {
      let texts = phrase.texts
      let isChinese = texts.zh.unicodeScalars.contains { $0.properties.isIdeographic }
      // A command stays what it is.
      #expect(isChinese || texts.en == texts.zh, "\(texts)")
    }
  }

  @Test(arguments: FindingCode.allCases)
  func everyFindingHasAChineseTitle(code: FindingCode) throws {
    let text = try #require(Language.chinese[code.rawValue])
    #expect(text.title.unicodeScalars.contains { $0.properties.isIdeographic })
    #expect(Language.zh.title(code) == text.title && Language.en.title(code) == code.name)
  }

  @Test func aFindingIsPutIntoChineseFromItsEvidence() {
    let finding = Finding(
      code: .undeclaredParent, level: .error, message: "descends from a, which is not declared",
      location: "b", evidence: ["reference": .text("{location}")])
    #expect(Language.zh.message(finding) == "权重派生自 {location}，但模型并未声明")
    #expect(Language.en.message(finding) == finding.message)
  }

  @Test func withoutItsEvidenceTheEnglishMessageStaysReadable() {
    let finding = Finding(
      code: .undeclaredParent, level: .error, message: "descends from a", location: "b")
    #expect(Language.zh.message(finding) == "未声明的父模型：descends from a")
  }

  @Test func limitsArePutIntoChineseFromTheirValues() {
    var judgement = Samples.noEvidence
    judgement.notJudged = [
      Limit(nil, "a note"), Limit(.declaredParentUnknown, "x", ["name": .text("lab/gone")]),
      Limit(.scaledNull, "without its values"),
    ]
    #expect(
      Language.zh.limits(judgement) == [
        "a note", "所声明的父模型 lab/gone 不在参考库中", "without its values",
      ])
    #expect(Language.en.limits(judgement) == judgement.limits)
  }

  /// Whatever a licence asks for.
  @Test(arguments: MissingNotice.Kind.allCases)
  func missingNoticesArePutIntoChinese(kind: MissingNotice.Kind) {
    let notice = MissingNotice(kind, ["{texts}", "b"])
    let texts = kind.chinese.contains("{texts}")
    #expect(notice.message.contains("b") || !texts)
    let words = Language.zh.value(.notices([notice]), for: "missing")
    #expect(Self.isChinese(words) && words != notice.message)
    #expect(words.contains("“{texts}”或“b") == texts)
    #expect(Language.en.value(.notices([notice]), for: "missing") == notice.message)
  }

  @Test func noMissingNoticeIsLeftOut() {
    let notices = MissingNotice.Kind.allCases.map { MissingNotice($0, ["b"]) }
    let words = Language.zh.value(.notices(notices), for: "missing")
    for notice in notices { #expect(words.contains(Language.zh.words(notice))) }
  }

  @Test(arguments: LicenceDuty.Kind.allCases)
  func dutiesArePutIntoChinese(kind: LicenceDuty.Kind) {
    #expect(Self.isChinese(Language.zh.value(.texts([kind.rawValue]), for: "duties")))
  }

  /// The evidence of the rules about licences.
  @Test(arguments: [
    "allowed", "asked", "clauses", "direction", "duties", "licence", "missing", "parentLicence",
    "parentLicenceName", "reference", "url", "version",
  ])
  func figuresBehindLicenceFindingsHaveChineseNames(key: String) {
    #expect(Self.isChinese(Language.zh.name(of: key)))
  }

  private static func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.isIdeographic }
  }

  @Test(arguments: Relation.allCases)
  func everyVerdictIsASentence(relation: Relation) {
    for sample in [Samples.derivedUndeclared, Samples.merged, Samples.noEvidence] {
      var judgement = sample
      judgement.verdict.relation = relation
      let sentence = Language.zh.sentence(judgement)
      #expect(sentence.hasSuffix("。") && !sentence.contains(judgement.verdict.summary))
    }
  }

  @Test(
    arguments: [
      ("{0} and {1}", ["0": "{1}", "1": "b"], "{1} and b"), ("none", [:], "none"),
      ("{0}", [:], nil), ("{open", [:], "{open"),
    ] as [(String, [String: String], String?)])
  func placeholdersAreFilledOnce(template: String, values: [String: String], text: String?) {
    #expect(filled(template, values) == text)
  }
}
