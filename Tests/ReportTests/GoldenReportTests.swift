import Judge
import Testing

@testable import Report

@Suite struct GoldenReportTests {
  static let samples: [(name: String, judgement: Judgement)] = [
    ("derived-undeclared", Samples.derivedUndeclared), ("merged", Samples.merged),
    ("no-evidence", Samples.noEvidence), ("related", Samples.related),
    ("reversed", Samples.reversed),
  ]

  @Test(arguments: samples.indices, ReportFormats.all.map { $0.format })
  func matchesTheGoldenFile(sample: Int, format: String) throws {
    let (name, judgement) = Self.samples[sample]
    let writer = try #require(ReportFormats.named(format)).init(options: WriterOptions())
    try expectGolden(
      withoutPages(writer.write(Samples.report(judgement))), "\(name).\(format).txt")
  }

  @Test(arguments: ReportFormats.all.map { $0.format })
  func writesSeveralSubjectsWithFullDetail(format: String) throws {
    let report = Samples.report(
      Samples.derivedUndeclared, Samples.noEvidence,
      errors: [InputError(input: "broken.safetensors", message: "truncated")])
    let options = WriterOptions(detail: .tensors)
    let writer = try #require(ReportFormats.named(format)).init(options: options)
    try expectGolden(
      withoutPages(writer.write(report)), "several.\(format).txt")
  }

  @Test(arguments: ["tty", "markdown", "html"])
  func speaksChinese(format: String) throws {
    let writer = try #require(ReportFormats.named(format))
      .init(options: WriterOptions(detail: .tensors, language: .zh))
    try expectGolden(
      withoutPages(
        writer.write(
          Samples.report(
            Samples.derivedUndeclared, Samples.merged, Samples.noEvidence, Samples.related)),
        in: .zh),
      "chinese.\(format).txt")
  }

  @Test func coloursTheTerminalReport() throws {
    let writer = TTYWriter(options: WriterOptions(palette: .ansi))
    try expectGolden(
      withoutPages(writer.write(Samples.report(Samples.derivedUndeclared))),
      "derived-undeclared.ansi.txt")
  }

  /// The document with a mark in place of each finding's page, which has tests of its own: golden
  /// files are about the format.
  private func withoutPages(_ text: String, in language: Language = .en) -> String {
    FindingCode.allCases.reduce(text.replacing(/"record": \{.*\}/, with: "\"record\": {}")) {
      text, code in
      let page = FindingPage(code, in: language)
      let meaning = page.firstParagraph(of: .meaning)
      return text.replacing(JSONNode.string(page.markdown).encoded(), with: "\"(page)\"")
        .replacing(JSONNode.string(meaning).encoded(), with: "\"(meaning)\"")
        .replacing(PageMarkup.markup(of: page.sections).text, with: "(page of \(code.rawValue))")
    }
  }
}
