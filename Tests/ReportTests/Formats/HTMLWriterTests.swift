import Compare
import Foundation
import FoundationXML
import Judge
import Testing

@testable import Report

@Suite struct HTMLWriterTests {
  @Test func aStampAndTheWeightsOfTheParentsAreStated() {
    var report = Samples.report(Samples.merged)
    let digest = String(repeating: "5a", count: 32)
    report.corpus.listing = [CorpusMember(id: "llama-s1", digest: digest, revision: "r7")]
    report.invocation = Invocation(
      command: ["shellcheck-model"], failOn: "error",
      stamp: .init(date: "2026-11-26T08:30:00Z", machine: "Linux, 2 cores"))
    let page = HTMLWriter(options: WriterOptions()).write(report)
    #expect(page.contains("Made on 2026-11-26T08:30:00Z, Linux, 2 cores."))
    #expect(page.contains("root digest of llama-s1 (r7)</dt><dd class=\"mono\">\(digest)</dd>"))
  }

  private func written(
    _ report: ForensicReport, detail: Detail = .model, language: Language = .en
  ) -> String {
    HTMLWriter(options: WriterOptions(detail: detail, language: language)).write(report)
  }

  private func parsed(_ text: String) throws -> XMLElement {
    try #require(try XMLDocument(xmlString: text).rootElement())
  }

  private func elements(_ name: String, in root: XMLElement) throws -> [XMLElement] {
    try root.nodes(forXPath: "//*[local-name()='\(name)']").compactMap { $0 as? XMLElement }
  }

  @Test(arguments: Language.allCases, Detail.allCases)
  func isWellFormed(language: Language, detail: Detail) throws {
    let report = Samples.report(
      Samples.derivedUndeclared, Samples.merged, Samples.noEvidence,
      errors: [InputError(input: "broken.h5", message: "truncated")])
    let root = try parsed(written(report, detail: detail, language: language))
    #expect(root.name == "html")
    #expect(try elements("article", in: root).count == 3)
    let headings = try elements("h1", in: root).compactMap(\.stringValue)
    #expect(headings == ["s1-cpt-disguised", "merge-60-40", "weights.hdf5"])
  }

  @Test func loadsAndRunsNothing() throws {
    let text = written(Samples.report(Samples.derivedUndeclared), detail: .tensors)
    let root = try parsed(text)
    for name in ["script", "link", "img", "iframe", "object", "embed", "base", "form"] {
      #expect(try elements(name, in: root).isEmpty, "\(name)")
    }
    #expect(!text.contains("url(") && !text.contains("@import") && !text.contains("src="))
    let links = try root.nodes(forXPath: "//@href").compactMap(\.stringValue)
    #expect(links.allSatisfy { $0.hasPrefix("#") })
    let handlers = try root.nodes(forXPath: "//@*[starts-with(name(), 'on')]")
    #expect(handlers.isEmpty)
  }

  @Test func manyModelsCanBePutInOrderWithoutAScript() throws {
    var judgements = (0..<11).map { number in
      var judgement = number % 2 == 0 ? Samples.derivedUndeclared : Samples.noEvidence
      judgement.subject.name = "model-\(10 - number)"
      return judgement
    }
    judgements[4].parents[0].reference = "rare"
    var report = Samples.report(errors: [InputError(input: "broken.h5", message: "truncated")])
    report.judgements = judgements
    let root = try parsed(written(report))
    func names(_ order: Int) throws -> [String] {
      let path =
        "//*[@class='ordered order-\(order)']//*[local-name()='tbody']//*[local-name()='th']"
      return try root.nodes(forXPath: path).compactMap(\.stringValue)
    }
    #expect(try names(0).prefix(2) == ["model-10", "model-8"])
    #expect(
      try names(1) == ["broken.h5", "model-0", "model-1", "model-10"]
        + (2...9).map { "model-\($0)" })
    let byParent = try names(2)
    #expect(
      byParent.prefix(6) == ["model-10", "model-8", "model-4", "model-2", "model-0", "model-6"])
    #expect(byParent.count == 12)
  }

  @Test func everyPictureHasATitleAndADescription() throws {
    let root = try parsed(
      written(Samples.report(Samples.derivedUndeclared, Samples.derivedUndeclared)))
    let pictures = try elements("svg", in: root)
    // Lineage, null, heat map, roles, layers, spectrum; for each of the two.
    #expect(pictures.count == 12)
    var seen: Set<String> = []
    for picture in pictures {
      #expect(picture.attribute(forName: "role")?.stringValue == "img")
      let names = try #require(picture.attribute(forName: "aria-labelledby")?.stringValue)
      for id in names.split(separator: " ").map(String.init) {
        #expect(seen.insert(id).inserted, "\(id) is used twice")
        let named = try picture.nodes(forXPath: "*[@id='\(id)']")
        #expect(named.count == 1 && named[0].stringValue?.isEmpty == false)
      }
    }
  }

  @Test func hostileTextStaysText() throws {
    let hostile = "<script>alert(1)</script>\"' onload=x \u{202E}\u{1B}&amp;"
    var judgement = Samples.derivedUndeclared
    judgement.subject.name = hostile
    judgement.verdict.statement = .identical(to: hostile)
    judgement.parents[0].reference = hostile
    judgement.candidates[0].reference = hostile
    judgement.findings[1].fact = .undeclared(hostile)
    judgement.parents[0].layerGrids[0].component = hostile
    judgement.tensors[0].role = hostile
    judgement.layers[0].component = hostile
    judgement.limits = [.note(hostile)]
    let text = written(Samples.report(judgement), detail: .tensors)
    #expect(!text.contains("<script") && !text.contains("\u{202E}") && !text.contains("\u{1B}"))
    let root = try parsed(text)
    #expect(try elements("h1", in: root).first?.stringValue == printable(hostile))
    #expect(try root.nodes(forXPath: "//@onload").isEmpty)
  }

  @Test(arguments: Language.allCases)
  func everyFindingComesWithItsPageInTheLanguageOfTheReport(language: Language) throws {
    let root = try parsed(
      written(Samples.report(Samples.derivedUndeclared), language: language))
    let findings = try root.nodes(forXPath: "//*[starts-with(@class, 'finding')]")
    #expect(findings.count == 3)
    let headings = FindingPage.Heading.allCases
    for finding in findings.compactMap({ $0 as? XMLElement }) {
      let shown = try finding.nodes(forXPath: ".//*[local-name()='h5']").map(\.stringValue)
      #expect(shown == headings.map { language($0) })
    }
  }

  @Test(arguments: Language.allCases, FindingCode.allCases)
  func pagesOfFindingsKeepNoMarkdown(language: Language, code: FindingCode) {
    let text = PageMarkup.markup(of: FindingPage(code, in: language).sections).text
    let outsideCode = text.replacing(
      #/<(pre|code)>.*?</(pre|code)>/#.dotMatchesNewlines(), with: "")
    #expect(!outsideCode.contains("`") && !outsideCode.contains("*") && !outsideCode.contains("|"))
    #expect(text.contains("<h5>\(language(FindingPage.Heading.meaning))</h5>"))
  }

  @Test(arguments: FindingCode.allCases)
  func chineseLinesAreJoinedWithoutSpaces(code: FindingCode) {
    let text = PageMarkup.markup(of: FindingPage(code, in: .zh).sections).text
      .replacing(#/<pre>.*?</pre>/#.dotMatchesNewlines(), with: "")
    #expect(text.matches(of: /[，。、；：）] |\p{Han} \p{Han}/).map(\.output) == [])
  }
}

@Suite struct PageMarkupTests {
  @Test(arguments: [
    ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
    ("a `x*y` **b** *c*", "<p>a <code>x*y</code> <strong>b</strong> <em>c</em></p>"),
    ("1. a\n   b\n2. c", "<ol><li>a b</li><li>c</li></ol>"),
    ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    ("权重，\n派生\n自 `a`\n的“词”\n而 b\n者", "<p>权重，派生自 <code>a</code> 的“词”而 b 者</p>"),
    (
      "| a | b |\n|---|---|\n| `c` | d e |\n\nf",
      "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">a</th><th scope=\"col\">b</th></tr>"
        + "</thead><tbody><tr><td><code>c</code></td><td>d e</td></tr>\n</tbody></table></div><p>f</p>"
    ),
    ("    $ x\n\n    y", "<pre>$ x\n\ny\n</pre>"), ("a < b", "<p>a &lt; b</p>"),
  ])
  func markdownBecomesMarkup(markdown: String, markup: String) {
    #expect(
      PageMarkup.markup(of: [("H", markdown + "\n")]).text == "<h5>H</h5>" + markup)
  }
}

@Suite struct PictureTests {
  @Test(arguments: [(-1.0, 0), (0, 0), (0.5, 4), (1, 7), (2, 7), (.nan, 0)])
  func similaritiesBecomeColours(similarity: Double, step: Int) {
    #expect(HeatMap.step(similarity) == step)
  }

  @Test func theAxisOfTheNullGrowsWithoutAJump() {
    let values = stride(from: -6.0, through: 3000, by: 0.5).map(NullPicture.x)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 && $1 - $0 < 12 })
    #expect(NullPicture.x(-.infinity) == NullPicture.x(-5))
    #expect(NullPicture.x(.infinity) == NullPicture.x(2000))
  }

  @Test func theSpectrumOfARandomMatrixSumsToOneAndFalls() {
    let shares = SpectrumPicture.random(32)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 })
    // The largest of 32 is near the edge of the law, 4 times the mean.
    #expect(shares[0] > 3.4 / 32 && shares[0] < 4.0 / 32)
  }

  @Test(arguments: [(1.0, "1"), (1.25, "1.25"), (-0.001, "0"), (100, "100"), (.nan, "0")])
  func numbersAreShort(value: Double, text: String) {
    #expect(SVG.number(value) == text)
  }

  @Test(arguments: [("p < 10^-300", "p < 10⁻³⁰⁰"), ("p = 0.42", "p = 0.42")])
  func exponentsAreRaised(text: String, raised: String) {
    #expect(Figures.raised(text) == raised)
  }
}
