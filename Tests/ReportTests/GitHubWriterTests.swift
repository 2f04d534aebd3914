import Judge
import Testing

@testable import Report

@Suite struct GitHubWriterTests {
  @Test func nothingInATextEndsItsAnnotation() {
    #expect(GitHubWriter.data("50 %\r\n::error::x") == "50 %25%0D%0A::error::x")
    #expect(GitHubWriter.property("a,b:c%") == "a%2Cb%3Ac%25")
    #expect(GitHubWriter.property("a:\u{301}b") == "a%3A\u{301}b")
  }

  @Test func aFindingStandsAtTheLineOfTheCard() {
    var report = Samples.report(Samples.derivedUndeclared)
    var card = SubjectSource.File(path: "models/own, new/README.md", isWeights: false)
    card.lines = ["base_model": 3]
    report.sources = [
      SubjectSource(files: [
        card, .init(path: "models/own, new/model.safetensors", isWeights: true),
      ])
    ]
    let text = GitHubWriter(options: WriterOptions()).write(report)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("::") })
    #expect(
      lines.contains {
        $0.hasPrefix(
          "::error file=models/own%2C new/README.md,line=3,title=SCM3001 undeclared-parent::")
      }, "\(text)")
  }

  @Test func annotationsAreForPeopleAndFollowTheLanguage() {
    var report = Samples.report(Samples.derivedUndeclared)
    report.inputErrors = [InputError(input: "x", message: "no such file")]
    let text = GitHubWriter(options: WriterOptions(language: .zh)).write(report)
    #expect(text.contains("title=SCM3001 未声明的父模型::"))
    #expect(text.contains("title=未检查::x: "))
  }

  @Test func aModelThatCouldNotBeClearedIsAWarning() {
    var judgement = Samples.noEvidence
    judgement.findings = [
      Finding(.blindToOrder(references: ["mlp"]), level: .info, location: "model.safetensors")
    ]
    let text = GitHubWriter(options: WriterOptions()).write(Samples.report(judgement))
    #expect(text.contains("::warning ") && text.contains("SCM6003"))
  }

  @Test func whatLiesOutsideHasNoFile() {
    var report = Samples.report(Samples.derivedUndeclared)
    var file = SubjectSource.File(path: "elsewhere/model.safetensors", isWeights: true)
    file.isOutside = true
    report.sources = [SubjectSource(files: [file])]
    #expect(!GitHubWriter(options: WriterOptions()).write(report).contains("file="))
  }
}
