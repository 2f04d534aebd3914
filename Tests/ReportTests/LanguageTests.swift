import Foundation
import Testing

@testable import Judge
@testable import Report

@Suite struct LanguageTests {
  private static let phrases: [any Translated] =
    Phrase.allCases as [any Translated] + Noun.allCases + Relation.allCases + ChangeKind.allCases
    + Direction.Value.allCases + Direction.Source.allCases + Explanation.Kind.allCases
    + Explanation.Standing.allCases
    + Finding.Level.allCases

  /// Whatever a report may say of licences, disguises and declared relations.
  private static let terms: [Term] =
    LicenceDuty.Kind.allCases.map(Term.duty) + DisguiseScope.allCases.map(Term.scope)
    + MeasuredRelation.allCases.map(Term.measured)
    + Policy.Inconclusive.allCases.map(Term.policy)

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
  func everyFindingHasAChineseTitle(code: FindingCode) {
    #expect(Self.isChinese(Language.zh.title(code)))
    #expect(Language.en.title(code) == code.name)
  }

  @Test func aFindingIsPutIntoWordsFromItsFact() {
    let finding = Finding(
      .undeclaredParent(
        Fact.UndeclaredParent(reference: "{0}", log10P: -12, direction: .open)),
      level: .error, location: "b")
    #expect(Language.zh.message(finding) == "权重派生自 {0}，但模型并未声明")
    #expect(Language.en.message(finding) == "is built on {0}, which is not declared")
  }

  @Test func limitsArePutIntoWordsFromTheirValues() {
    var judgement = Samples.noEvidence
    judgement.limits = [.note("a note"), .declaredParentUnknown(name: "lab/gone")]
    #expect(Language.zh.limits(judgement) == ["a note", "所声明的父模型 'lab/gone' 不在参考库中"])
    #expect(
      Language.en.limits(judgement) == [
        "a note", "the declared parent 'lab/gone' is not among the references",
      ])
  }

  /// Whatever a licence asks for.
  @Test(arguments: MissingNotice.Kind.allCases)
  func missingNoticesArePutIntoChinese(kind: MissingNotice.Kind) {
    let notice = MissingNotice(kind, ["{texts}", "b"])
    let words = Language.zh.value(.notices([notice]), for: .missing)
    #expect(Self.isChinese(words))
    let named = Language.en.words(notice).contains("{texts}” or “b")
    #expect(words.contains("“{texts}”或“b") == named)
  }

  @Test func noMissingNoticeIsLeftOut() {
    let notices = MissingNotice.Kind.allCases.map { MissingNotice($0, ["b"]) }
    let words = Language.zh.value(.notices(notices), for: .missing)
    for notice in notices { #expect(words.contains(Language.zh.words(notice))) }
  }

  @Test func termsArePutIntoChinese() {
    for term in Self.terms { #expect(Self.isChinese(Language.zh(term)), "\(term)") }
  }

  @Test(arguments: DetailKey.allCases)
  func figuresHaveChineseNames(key: DetailKey) {
    #expect(Self.isChinese(Language.zh(key)) || key == .log10P)
    #expect(!Self.isChinese(Language.en(key)))
  }

  private static func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.isIdeographic }
  }

  @Test(arguments: Relation.allCases)
  func everyVerdictIsASentence(relation: Relation) {
    for sample in [Samples.derivedUndeclared, Samples.merged, Samples.noEvidence] {
      let statement = Statement(
        relation, parents: sample.parents, candidates: sample.candidates, isBlend: true)
      #expect(Language.zh.words(statement).hasSuffix("。"))
      #expect(Language.en.words(statement).hasSuffix("."))
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
