import TestSupport
import Testing

@testable import Judge
@testable import Report

@Suite struct CycloneDXWriterTests {
  private func written(
    _ report: ForensicReport, sourceDate: Int? = nil
  ) throws -> JSONSchemaValue {
    let writer = CycloneDXWriter(options: WriterOptions(sourceDate: sourceDate))
    return try JSONSchemaValue(parsing: writer.write(report))
  }

  private func model(_ judgement: Judgement) throws -> JSONSchemaValue {
    try #require(written(Samples.report(judgement))["components"]?.array?.first)
  }

  @Test func everyReportIsValid() throws {
    let schema = try StandardSchemas.cycloneDX()
    let all = [Samples.derivedUndeclared, Samples.merged, Samples.noEvidence]
    for report in [
      Samples.report(all[0]), Samples.report(all[0], all[1], all[2]), Samples.report(),
    ] {
      #expect(schema.violations(in: try written(report, sourceDate: 1_700_000_000)) == [])
    }
  }

  @Test func theOlderVersionIsValidAsSuch() throws {
    let report = Samples.report(
      Samples.derivedUndeclared, Samples.merged, Samples.noEvidence)
    let text = CycloneDX16Writer(options: WriterOptions()).write(report)
    let document = try JSONSchemaValue(parsing: text)
    #expect(document["specVersion"]?.string == "1.6")
    #expect(try StandardSchemas.cycloneDX("1.6").violations(in: document) == [])
  }

  @Test func theSchemaRefusesALicenceThatSPDXDoesNotKnow() throws {
    let text = CycloneDXWriter(options: WriterOptions()).write(Samples.report(Samples.merged))
    let broken = try JSONSchemaValue(
      parsing: text.replacing(#""id": "MIT""#, with: #""id": "M.I.T.""#))
    #expect(try StandardSchemas.cycloneDX().violations(in: broken).count == 1)
  }

  @Test func parentsAreAncestorsDescendantsOrVariants() throws {
    #expect(try model(Samples.merged)["pedigree"]?["ancestors"]?.array?.count == 2)
    var judgement = Samples.derivedUndeclared
    #expect(try model(judgement)["pedigree"]?["ancestors"]?.array?.count == 1)
    judgement.parents[0].direction = Direction(.toReference, because: .weights)
    #expect(try model(judgement)["pedigree"]?["descendants"]?.array?.count == 1)
    judgement.parents[0].direction = .open
    judgement.parents[0].relation = .related
    #expect(try model(judgement)["pedigree"]?["ancestors"] == nil)
    judgement.parents[0].relation = .identical
    #expect(try model(judgement)["pedigree"]?["variants"]?.array?.count == 1)
    judgement.parents[0].relation = .sharedInitialisation
    #expect(try model(judgement)["pedigree"]?["variants"]?.array?.count == 1)
  }

  @Test func declaredAndConcludedLicencesAreToldApart() throws {
    var judgement = Samples.derivedUndeclared
    judgement.parents[0].license = "llama3"
    let licences = try #require(model(judgement)["licenses"]?.array)
    #expect(licences.count == 2)
    #expect(licences[0]["license"]?["id"]?.string == "Apache-2.0")
    #expect(licences[0]["license"]?["acknowledgement"]?.string == "declared")
    #expect(licences[1]["license"]?["name"]?.string == "llama3")
    #expect(licences[1]["license"]?["acknowledgement"]?.string == "concluded")
  }

  @Test func theLicenceOfARelativeIsNotConcludedWhereItIsOpenWhoCameFirst() throws {
    var judgement = Samples.derivedUndeclared
    judgement.parents[0].relation = .related
    judgement.parents[0].direction = .open
    #expect(try model(judgement)["licenses"]?.array?.count == 1)
  }

  @Test func partsAreComponentsWithTheirOwnPedigree() throws {
    let parts = try #require(
      model(Samples.merged)["components"]?.array?.filter {
        $0["type"]?.string == "machine-learning-model"
      })
    #expect(parts.compactMap { $0["name"]?.string } == ["decoder", "head", "pooler"])
    #expect(parts[0]["pedigree"]?["ancestors"]?.array?.first?["name"]?.string == "llama-s1")
    #expect(parts[1]["pedigree"] == nil)
  }

  @Test func anAdapterNamesItsBase() throws {
    var judgement = Samples.derivedUndeclared
    judgement.limits = [.mergedInto(base: "lab/base")]
    let properties = try model(judgement)["properties"]?.array ?? []
    #expect(
      properties.contains {
        $0["name"]?.string == "shellcheck-model:adapterOf" && $0["value"]?.string == "lab/base"
      })
  }

  @Test func theSerialNumberFollowsFromTheContents() throws {
    let first = try written(Samples.report(Samples.merged))["serialNumber"]?.string
    let again = try written(Samples.report(Samples.merged))["serialNumber"]?.string
    var changed = Samples.merged
    changed.subject.digest = String(repeating: "1", count: 64)
    let other = try written(Samples.report(changed))["serialNumber"]?.string
    #expect(first == again && first != other)
    #expect(first?.wholeMatch(of: /urn:uuid:.{8}-.{4}-5.{3}-[89ab].{3}-.{12}/) != nil)
  }

  @Test func thereIsNoTimestampUnlessTheEnvironmentGivesOne() throws {
    let report = Samples.report(Samples.merged)
    #expect(try written(report)["metadata"]?["timestamp"] == nil)
    let dated = try written(report, sourceDate: 1_700_000_000)
    #expect(dated["metadata"]?["timestamp"]?.string == "2023-11-14T22:13:20Z")
  }

  @Test(arguments: [
    ("apache-2.0", "Apache-2.0"), ("gpl-3.0", "GPL-3.0-only"), ("cc-by-nc-4.0", "CC-BY-NC-4.0"),
    ("llama2", nil), ("other", nil),
  ])
  func hubNamesBecomeIdentifiers(name: String, identifier: String?) {
    #expect(SPDXNames.identifier(of: name) == identifier)
  }
}
