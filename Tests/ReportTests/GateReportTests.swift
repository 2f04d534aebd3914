import Judge
import TestSupport
import Testing

@testable import Report

/// What the gate adds to reports: accepted findings and the innovation assessment.
@Suite struct GateReportTests {
  private var judgement: Judgement {
    get throws {
      var judgement = Samples.derivedUndeclared
      let expires = try #require(CalendarDate("2026-12-31"))
      for index in judgement.findings.indices
      where judgement.findings[index].code == .undeclaredParent {
        judgement.findings[index].accepted = Acceptance(
          reason: "agreed\u{1B}[2J with the lab", expires: expires)
      }
      judgement.innovation = Innovation(
        architecture: 0.25, weights: 0.5, results: nil, composite: nil,
        inputs: [
          "weight.architecture": .number(0.3), "nearestReference": .text("base"),
          "architecture.depth.change": .number(0.125), "missing": .texts(["results"]),
        ])
      return judgement
    }
  }

  @Test func machinesSeeAcceptanceAndAssessment() throws {
    let text = JSONWriter(options: WriterOptions()).write(Samples.report(try judgement))
    let envelope = try JSONSchemaValue(parsing: text)
    #expect(try JSONSchema.report().violations(in: envelope) == [])
    let document = try #require(envelope["reports"]?.array?.first)
    let accepted = document["findings"]?.array?.compactMap { $0["accepted"] } ?? []
    #expect(accepted.map { $0["expires"]?.string } == ["2026-12-31"])
    #expect(document["innovation"]?["architecture"]?.number == 0.25)
    #expect(document["innovation"]?["composite"] == .null)
    #expect(document["innovation"]?["inputs"]?["nearestReference"]?.string == "base")
  }

  @Test func peopleSeeAcceptanceAndAssessment() throws {
    let text = TTYWriter(options: WriterOptions()).write(Samples.report(try judgement))
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("Accepted until 2026-12-31:"))
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("structure against base"))
    #expect(text.contains("not made: no results"))
    #expect(text.contains("structure: depth 0.125"))
  }

  private func unused() throws -> Judgement {
    var judgement = Samples.derivedUndeclared
    let expires = try #require(CalendarDate("2026-12-31"))
    judgement.unusedAcceptances = [
      AcceptedFinding(
        code: .licenceConflict, subject: judgement.subject.digest ?? "", reference: "llama-s1",
        reason: "agreed\u{1B}[2J <b>", expires: expires)
    ]
    return judgement
  }

  @Test(arguments: ["tty", "markdown", "html"], Language.allCases)
  func peopleSeeUnusedAcceptances(format: String, language: Language) throws {
    let options = WriterOptions(columns: 400, language: language)
    let writer = try #require(ReportFormats.named(format)).init(options: options)
    let text = writer.write(Samples.report(try unused()))
    let says =
      language == .zh
      ? "已接受 SCM4001（llama-s1），至 2026-12-31 止" : "SCM4001 (llama-s1) is accepted until 2026-12-31"
    #expect(text.contains(says))
    #expect(text.contains(language.say(.policy)))
    #expect(!text.contains("\u{1B}"))
    #expect(format == "tty" || !text.contains(" <b>)"))
    #expect(!writer.write(Samples.report(Samples.derivedUndeclared)).contains("SCM4001"))
  }

  @Test func machinesSeeUnusedAcceptances() throws {
    let text = JSONWriter(options: WriterOptions()).write(Samples.report(try unused()))
    let envelope = try JSONSchemaValue(parsing: text)
    #expect(try JSONSchema.report().violations(in: envelope) == [])
    let document = try #require(envelope["reports"]?.array?.first)
    let entry = try #require(document["unusedAcceptances"]?.array?.first)
    #expect(entry["code"]?.string == "SCM4001")
    #expect(entry["reference"]?.string == "llama-s1")
    #expect(entry["expires"]?.string == "2026-12-31")
    let sarif = SARIFWriter(options: WriterOptions()).write(Samples.report(try unused()))
    #expect(sarif.contains("is accepted until 2026-12-31"))
  }

  @Test func assessmentIsShownToThoseWhoAskedForIt() throws {
    var judgement = try judgement
    judgement.innovation?.isRequested = false
    let text = TTYWriter(options: WriterOptions()).write(Samples.report(judgement))
    #expect(!text.contains("Innovation"))
  }
}
