import Judge
import Testing

@testable import Report

@Suite struct MarkdownWriterTests {
  @Test(arguments: [
    ("a|b", "a\\|b"), ("<img src=x>", "&lt;img src=x&gt;"), ("[x](y)", "\\[x\\](y)"),
    ("@org/team #7", "@<!-- -->org/team #<!-- -->7"), ("http://x www.y", "http\\://x www\\.y"),
    ("**b** `c` _d_", "\\*\\*b\\*\\* \\`c\\` \\_d\\_"), ("a\nb", "a\\\\u\\{A\\}b"),
  ])
  func textStandsForItself(text: String, markdown: String) {
    #expect(Markdown.text(text) == markdown)
  }

  @Test(arguments: [
    ("llama-s1", "`llama-s1`"), ("a`b``c", "``` a`b``c ```"), ("a|b", "`a\\|b`"), ("", ""),
  ])
  func namesCannotLeaveFixedType(text: String, markdown: String) {
    #expect(Markdown.code(text) == markdown)
  }

  @Test func aFindingIsOneRowWhateverItsText() {
    var judgement = Samples.derivedUndeclared
    judgement.findings[1].fact = .undeclared("a\n| b |\n\n# heading <script>alert(1)</script>")
    judgement.findings[1].location = "x`\n|y"
    let text = MarkdownWriter(options: WriterOptions()).write(Samples.report(judgement))
    let row = text.split(separator: "\n").first { $0.contains("SCM3001") }
    #expect(row?.hasSuffix("|") == true)
    #expect(row?.contains("&lt;script&gt;") == true && !text.contains("<script>"))
    #expect(!text.contains("\n# heading"))
  }

  @Test func severalModelsBeginWithATable() {
    let report = Samples.report(
      Samples.derivedUndeclared, Samples.noEvidence,
      errors: [InputError(input: "broken.h5", message: "truncated")])
    let text = MarkdownWriter(options: WriterOptions()).write(report)
    let table = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "" }
    #expect(table.count == 5)
    // The worst first: an accusation, what was not seen, what has a warning.
    #expect(table[2].contains("SCM3001") && table[3].contains("`broken.h5`"))
  }
}
