import Foundation
import FoundationXML
import Judge
import Testing

@testable import Report

@Suite struct JUnitWriterTests {
  private func suites(_ report: ForensicReport) throws -> XMLElement {
    let text = JUnitWriter(options: WriterOptions()).write(report)
    return try #require(try XMLDocument(xmlString: text).rootElement())
  }

  private func attribute(_ element: XMLElement, _ name: String) -> String? {
    element.attribute(forName: name)?.stringValue
  }

  @Test func countsAreThoseOfTheElements() throws {
    let root = try suites(
      Samples.report(
        Samples.derivedUndeclared, Samples.merged, Samples.noEvidence,
        errors: [InputError(input: "broken.h5", message: "truncated")]))
    #expect(root.name == "testsuites")
    let suites = root.elements(forName: "testsuite")
    #expect(suites.count == 4)
    var total = (tests: 0, failures: 0, errors: 0)
    for suite in suites {
      let cases = suite.elements(forName: "testcase")
      let failures = cases.flatMap { $0.elements(forName: "failure") }.count
      let errors = cases.flatMap { $0.elements(forName: "error") }.count
      #expect(attribute(suite, "tests") == String(cases.count))
      #expect(attribute(suite, "failures") == String(failures))
      #expect(attribute(suite, "errors") == String(errors))
      total = (total.tests + cases.count, total.failures + failures, total.errors + errors)
    }
    #expect(attribute(root, "tests") == String(total.tests))
    #expect(attribute(root, "failures") == String(total.failures))
    #expect(attribute(root, "errors") == "1" && total.errors == 1)
    // Undeclared and obfuscated.
    #expect(total.failures == 2)
  }

  @Test func noTimeIsStatedThatNobodyTook() {
    let written = JUnitWriter(options: WriterOptions()).write(Samples.report(Samples.merged))
    #expect(!written.contains("time="))
  }

  @Test func acceptedFindingsAreSkipped() throws {
    let suite = try #require(
      suites(Samples.report(Samples.noEvidence)).elements(forName: "testsuite").first)
    #expect(attribute(suite, "skipped") == "1" && attribute(suite, "failures") == "0")
    let skipped = suite.elements(forName: "testcase").flatMap { $0.elements(forName: "skipped") }
    #expect(
      skipped.compactMap { attribute($0, "message") } == [
        "Accepted until 2027-01-31: the head is new | see #12"
      ])
  }

  @Test func findingsOfLevelInfoPass() throws {
    let suite = try #require(
      suites(Samples.report(Samples.derivedUndeclared)).elements(forName: "testsuite").first)
    let failing = suite.elements(forName: "testcase")
      .filter { !$0.elements(forName: "failure").isEmpty }
    #expect(
      failing.compactMap { attribute($0, "name") } == [
        "SCM3001 undeclared-parent", "SCM5001 obfuscated-weights",
      ])
    #expect(attribute(failing[0], "file") == "models/s1-cpt-disguised/README.md")
  }

  @Test func aModelThatCouldNotBeClearedFailsLikeTheRun() throws {
    var judgement = Samples.noEvidence
    judgement.findings = [
      Finding(.blindToOrder(references: ["mlp"]), level: .info, location: "model.safetensors")
    ]
    var suite = try #require(
      suites(Samples.report(judgement)).elements(forName: "testsuite").first)
    #expect(attribute(suite, "failures") == "1" && attribute(suite, "skipped") == "0")

    judgement.findings[0].accepted = Samples.noEvidence.findings.compactMap(\.accepted).first
    suite = try #require(suites(Samples.report(judgement)).elements(forName: "testsuite").first)
    #expect(attribute(suite, "failures") == "0" && attribute(suite, "skipped") == "1")
  }

  @Test func hostileTextStaysText() throws {
    var judgement = Samples.derivedUndeclared
    judgement.subject.name = "<a href=\"x\">&\u{1B}[2J\u{202E}\u{FFFE}\u{0}]]>'"
    judgement.findings[1].fact = .undeclared("</failure><error/>")
    let suite = try #require(
      suites(Samples.report(judgement)).elements(forName: "testsuite").first)
    #expect(
      attribute(suite, "name")
        == #"<a href="x">&\u{1B}[2J\u{202E}\u{FFFE}\u{0}]]>'"#)
    let failures = suite.elements(forName: "testcase").flatMap { $0.elements(forName: "failure") }
    #expect(failures.first?.stringValue?.contains("</failure><error/>") == true)
  }
}
