import Judge
import Report
import TestSupport
import Testing

@Suite struct JSONWriterTests {
  private func written(_ report: ForensicReport, detail: Detail = .model) -> String {
    JSONWriter(options: WriterOptions(detail: detail)).write(report)
  }

  @Test(arguments: Detail.allCases)
  func everyReportIsValid(detail: Detail) throws {
    let schema = try JSONSchema.report()
    let all = [Samples.derivedUndeclared, Samples.merged, Samples.noEvidence]
    let reports =
      all.map { Samples.report($0) } + [
        Samples.report(all[0], all[1], all[2]), Samples.report(),
        Samples.report(all[0], errors: [InputError(input: "a", message: "b")]),
      ]
    for report in reports {
      let document = try JSONSchemaValue(parsing: written(report, detail: detail))
      #expect(schema.violations(in: document) == [])
    }
  }

  @Test func theSchemaKnowsEveryRelationAndKindOfChange() throws {
    let schema = try JSONSchema.report()
    for relation in Relation.allCases {
      var judgement = Samples.derivedUndeclared
      judgement.verdict.relation = relation
      judgement.parents[0].changes = ChangeKind.allCases.map { Change($0) }
      let document = try JSONSchemaValue(parsing: written(Samples.report(judgement)))
      #expect(schema.violations(in: document) == [])
    }
  }

  @Test func whatWasOnlyScreenedWasNotCompared() throws {
    var judgement = Samples.derivedUndeclared
    judgement.candidates[0].relation = .noEvidence
    judgement.candidates[0].isScreened = true
    let envelope = try JSONSchemaValue(parsing: written(Samples.report(judgement)))
    #expect(try JSONSchema.report().violations(in: envelope) == [])
    let candidate = envelope["reports"]?.array?.first?["candidates"]?.array?.first
    #expect(candidate?["relation"] == .string("not-compared"))
    #expect(candidate?["screened"] == .bool(true))
  }

  @Test func numbersAreFiniteWhateverTheJudgementHolds() throws {
    var judgement = Samples.derivedUndeclared
    judgement.verdict.log10P = -.infinity
    judgement.parents[0].linear.z = .infinity
    judgement.parents[0].linear.mean = .nan
    let envelope = try JSONSchemaValue(parsing: written(Samples.report(judgement)))
    #expect(try JSONSchema.report().violations(in: envelope) == [])
    let document = try #require(envelope["reports"]?.array?.first)
    #expect(document["verdict"]?["log10P"]?.number == -1e308)
    #expect(document["parents"]?.array?[0]["linear"]?["z"]?.number == 1e308)
    #expect(document["parents"]?.array?[0]["linear"]?["mean"]?.number == 0)
  }

  @Test func layersAndTensorsAppearOnlyWithDetail() throws {
    let report = Samples.report(Samples.derivedUndeclared)
    func model(_ detail: Detail) throws -> JSONSchemaValue {
      let envelope = try JSONSchemaValue(parsing: written(report, detail: detail))
      return try #require(envelope["reports"]?.array?.first)
    }
    let summary = try model(.model)
    #expect(summary["layers"] == nil && summary["tensors"] == nil)
    let layers = try model(.layers)
    #expect(layers["layers"]?.array?.count == 3 && layers["tensors"] == nil)
    let tensors = try model(.tensors)
    #expect(tensors["layers"]?.array?.count == 3 && tensors["tensors"]?.array?.count == 3)
  }

  @Test func theEnvelopeNamesWhatCouldNotBeInspected() throws {
    let report = Samples.report(
      Samples.merged, errors: [InputError(input: "a", message: "b")])
    let document = try JSONSchemaValue(parsing: written(report))
    #expect(document["reports"]?.array?.count == 1)
    let failures = try #require(document["failures"]?.array)
    #expect(failures.map { $0["input"]?.string } == ["a"])
    #expect(failures.map { $0["message"]?.string } == ["b"])
  }

  @Test func escapesWhatWouldSteerATerminal() throws {
    var judgement = Samples.noEvidence
    judgement.subject.name = "a\u{1B}[31m\"\\\n\u{9B}\u{202E}é"
    let text = written(Samples.report(judgement))
    #expect(text.contains(#""a\u001b[31m\"\\\n\u009b\u202eé""#))
    let document = try JSONSchemaValue(parsing: text)
    let model = document["reports"]?.array?.first
    #expect(model?["subject"]?["name"]?.string == judgement.subject.name)
  }

  @Test func theReportDoesNotTellWhereTheCorpusLies() {
    #expect(!written(Samples.report(Samples.merged)).contains("/srv/models"))
  }
}
