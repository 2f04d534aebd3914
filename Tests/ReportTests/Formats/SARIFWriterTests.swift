import TestSupport
import Testing

@testable import Judge
@testable import Report

@Suite struct SARIFWriterTests {
  private func written(_ report: ForensicReport) throws -> JSONSchemaValue {
    try JSONSchemaValue(parsing: SARIFWriter(options: WriterOptions()).write(report))
  }

  private func results(_ report: ForensicReport) throws -> [JSONSchemaValue] {
    try #require(written(report)["runs"]?.array?[0]["results"]?.array)
  }

  @Test func everyReportIsValid() throws {
    let schema = try StandardSchemas.sarif()
    let all = [Samples.derivedUndeclared, Samples.merged, Samples.noEvidence]
    for report in [
      Samples.report(all[0]), Samples.report(all[0], all[1], all[2]), Samples.report(),
      Samples.report(all[1], errors: [InputError(input: "a", message: "b")]),
    ] {
      #expect(schema.violations(in: try written(report)) == [])
    }
  }

  @Test func listsEveryRuleAndThePagesOfThoseFound() throws {
    let report = Samples.report(Samples.derivedUndeclared)
    let found = Set(Samples.derivedUndeclared.findings.map(\.code.rawValue))
    let driver = try written(report)["runs"]?.array?[0]["tool"]?["driver"]
    let rules = try #require(driver?["rules"]?.array)
    #expect(rules.compactMap { $0["id"]?.string } == FindingCode.allCases.map(\.rawValue))
    for rule in rules {
      let isFound = rule["id"]?.string.map(found.contains) ?? false
      #expect(rule["help"]?["markdown"]?.string?.hasPrefix("# SCM") ?? false == isFound)
      #expect(rule["fullDescription"]?["text"]?.string?.isEmpty == false)
    }
    let undeclared = rules.first { $0["id"]?.string == "SCM3001" }
    #expect(undeclared?["name"]?.string == "UndeclaredParent")
    #expect(undeclared?["defaultConfiguration"]?["level"]?.string == "error")
  }

  @Test func resultsPointAtFilesOfTheRepository() throws {
    let results = try results(Samples.report(Samples.derivedUndeclared))
    let files = results.map {
      $0["locations"]?.array?[0]["physicalLocation"]?["artifactLocation"]?["uri"]?.string
    }
    let folder = "models/s1-cpt-disguised"
    // The finding about the card names it; the others are about the weights.
    #expect(
      files == [
        "\(folder)/model.safetensors", "\(folder)/README.md", "\(folder)/model.safetensors",
      ])
    #expect(results.map { $0["level"]?.string } == ["note", "error", "error"])
    // Weights have no lines: services would read all of them to find one.
    let lines = results.map {
      $0["locations"]?.array?[0]["physicalLocation"]?["region"]?["startLine"]?.number
    }
    #expect(lines == [nil, 1, nil])
    let related = results[1]["relatedLocations"]?.array?.first?["physicalLocation"]
    #expect(related?["region"] == nil)
    #expect(
      related?["artifactLocation"]?["uri"]?.string == "\(folder)/model.safetensors")
  }

  @Test func aDeclarationIsPointedAtByItsLine() throws {
    var report = Samples.report(Samples.derivedUndeclared)
    report.sources[0].files[0].lines = ["base_model": 7]
    let place = try results(report)[1]["locations"]?.array?[0]["physicalLocation"]
    #expect(place?["region"]?["startLine"]?.number == 7)
  }

  @Test func whatLiesOutsideOfTheFolderHasABaseOfItsOwn() throws {
    var report = Samples.report(Samples.derivedUndeclared)
    #expect(!SARIFWriter(options: WriterOptions()).write(report).contains("ELSEWHERE"))
    report.sources[0].files[0].isOutside = true
    let place = try results(report)[1]["locations"]?.array?[0]["physicalLocation"]
    #expect(place?["artifactLocation"]?["uriBaseId"]?.string == "ELSEWHERE")
    let text = SARIFWriter(options: WriterOptions()).write(report)
    #expect(text.contains("\"ELSEWHERE\": {"))
  }

  @Test func acceptedFindingsAreSuppressed() throws {
    let result = try results(Samples.report(Samples.noEvidence))[0]
    let suppression = result["suppressions"]?.array?.first
    #expect(suppression?["status"]?.string == "accepted")
    #expect(suppression?["justification"]?.string?.hasSuffix("(until 2027-01-31)") == true)
    #expect(try results(Samples.report(Samples.merged)).allSatisfy { $0["suppressions"] == nil })
  }

  @Test func fingerprintsTellFindingsApartAndOutliveTheWeights() throws {
    func fingerprints(_ judgement: Judgement) throws -> [String?] {
      try results(Samples.report(judgement)).map {
        $0["partialFingerprints"]?["findingOfSubject/v1"]?.string
      }
    }
    var changed = Samples.derivedUndeclared
    changed.subject.digest = String(repeating: "0", count: 64)
    changed.findings[0].fact = .lineage(
      Fact.Lineage(
        relation: .derived, statement: .derived(from: "llama-s1", share: 0.61), log10P: -91,
        references: ["llama-s1"], derivedShare: 0.61))
    let before = try fingerprints(Samples.derivedUndeclared)
    #expect(Set(before).count == 3 && !before.contains(nil))
    #expect(try fingerprints(changed) == before)
  }

  @Test(arguments: [
    ("a b/ü?#%.safetensors", "a%20b/%C3%BC%3F%23%25.safetensors"), ("plain-1.0_~", "plain-1.0_~"),
  ])
  func pathsBecomeRelativeReferences(path: String, uri: String) {
    #expect(SARIFWriter.uri(path) == uri)
  }
}

@Suite struct SubjectSourceTests {
  @Test(arguments: [
    ("models/a/w.h5", "models/a/w.h5"), ("./models/../w.h5", "w.h5"),
    ("/srv/repo/models/w.h5", "models/w.h5"), ("/elsewhere/deep/folder/w.h5", "folder/w.h5"),
    ("../other/w.h5", "other/w.h5"), ("/srv/repository/w.h5", "repository/w.h5"),
  ])
  func pathsAreSeenFromTheWorkingFolder(path: String, seen: String) {
    #expect(SubjectSource.relative(path, to: "/srv/repo") == seen)
  }
}
