import Compare
import TestSupport
import Testing

@testable import Judge
@testable import Report

/// The form is held against SPDX's own model by `scripts/validate-spdx`.
@Suite struct SPDXWriterTests {
  private struct Document {
    let elements: [JSONSchemaValue]

    init(_ report: ForensicReport, sourceDate: Int? = nil) throws {
      let writer = SPDXWriter(options: WriterOptions(sourceDate: sourceDate))
      let document = try JSONSchemaValue(parsing: writer.write(report))
      elements = document["@graph"]?.array ?? []
    }

    func of(type: String) -> [JSONSchemaValue] { elements.filter { $0["type"]?.string == type } }

    func name(_ id: String?) -> String? {
      elements.first { $0["spdxId"]?.string == id }?["name"]?.string
    }

    /// `model descendantOf llama-s1`, without those that hold elements together.
    var relations: [String] {
      of(type: "Relationship").filter { $0["relationshipType"]?.string != "contains" }.map { one in
        let to = one["to"]?.array?.compactMap { name($0.string) } ?? []
        return [
          name(one["from"]?.string) ?? "?", one["relationshipType"]?.string ?? "?",
          to.joined(separator: "+"),
        ].joined(separator: " ")
      }
    }
  }

  private static let several = Samples.report(
    Samples.derivedUndeclared, Samples.merged, Samples.noEvidence, Samples.related,
    errors: [InputError(input: "broken", message: "truncated")])

  @Test func everyIdentifierThatIsNamedIsAnElementOnce() throws {
    let document = try Document(Self.several)
    let ids = document.elements.compactMap { $0["spdxId"]?.string }
    #expect(Set(ids).count == ids.count && ids.count + 1 == document.elements.count)
    var named: [String] = []
    for element in document.elements {
      named += ["from"].compactMap { element[$0]?.string }
      named += ["to", "element", "rootElement", "createdBy", "createdUsing"]
        .flatMap { element[$0]?.array ?? [] }.compactMap(\.string)
    }
    #expect(!named.isEmpty && named.allSatisfy { Set(ids).contains($0) })
    let creations = document.elements.dropFirst().compactMap { $0["creationInfo"]?.string }
    #expect(creations.count == ids.count)
    #expect(Set(creations) == [document.elements[0]["@id"]?.string ?? ""])
  }

  @Test func descentIsStatedWhereItIsKnownWhoCameFirst() throws {
    var judgement = Samples.derivedUndeclared
    func lineage() throws -> [String] {
      try Document(Samples.report(judgement)).relations.filter { !$0.contains("License") }
    }
    #expect(try lineage() == ["s1-cpt-disguised descendantOf llama-s1"])
    judgement.parents[0].direction = Direction(.toReference, because: .weights)
    #expect(try lineage() == ["s1-cpt-disguised ancestorOf llama-s1"])
    judgement.parents[0].direction = .open
    judgement.parents[0].relation = .related
    #expect(try lineage().isEmpty)
    judgement.parents[0].relation = .identical
    #expect(try lineage() == ["s1-cpt-disguised hasVariant llama-s1"])
    judgement.parents[0].relation = .sharedInitialisation
    #expect(try lineage() == ["s1-cpt-disguised hasVariant llama-s1"])
  }

  @Test func partsOfAMergeDescendFromTheirOwnReference() throws {
    #expect(
      try Document(Samples.report(Samples.merged)).relations == [
        "merge-60-40 hasDeclaredLicense mit", "merge-60-40 descendantOf llama-s1",
        "merge-60-40 descendantOf llama-s1-sft", "decoder descendantOf llama-s1",
      ])
  }

  @Test func licencesOfAncestorsAreConcludedAndOthersAreNot() throws {
    var judgement = Samples.derivedUndeclared
    func licences() throws -> [String] {
      try Document(Samples.report(judgement)).relations.filter { $0.contains("License") }
    }
    #expect(
      try licences() == [
        "s1-cpt-disguised hasDeclaredLicense apache-2.0",
        "s1-cpt-disguised hasConcludedLicense llama3", "llama-s1 hasDeclaredLicense llama3",
      ])
    let expressions = try Document(Samples.report(judgement))
      .of(type: "simplelicensing_LicenseExpression")
      .compactMap { $0["simplelicensing_licenseExpression"]?.string }
    #expect(expressions == ["Apache-2.0", "LicenseRef-llama3"])
    judgement.parents[0].direction = .open
    judgement.parents[0].relation = .related
    #expect(try licences() == ["s1-cpt-disguised hasDeclaredLicense apache-2.0"])
  }

  @Test(arguments: [
    ("mit", "MIT"), ("llama 3/é", "LicenseRef-llama-3--"), ("", "LicenseRef-unnamed"),
    ("a AND b", "LicenseRef-a-AND-b"),
  ])
  func aNameIsAlwaysOneExpression(name: String, expression: String) {
    #expect(SPDXNames.expression(of: name) == expression)
  }

  @Test func referencesAreKnownByTheirWeights() throws {
    var report = Samples.report(Samples.merged)
    report.corpus.listing = [
      CorpusMember(id: "llama-s1", digest: String(repeating: "5a", count: 32), revision: "r7")
    ]
    let reference = try Document(report).of(type: "ai_AIPackage")
      .first { $0["name"]?.string == "llama-s1" }
    #expect(reference?["software_packageVersion"]?.string == "r7")
    let entry = reference?["extension"]?.array?.first?["extension_cdxProperty"]?.array?.first
    #expect(entry?["extension_cdxPropValue"]?.string == String(repeating: "5a", count: 32))
  }

  @Test func equalRunsWriteEqualBytesAndADateIsTheirs() throws {
    let writer = SPDXWriter(options: WriterOptions())
    #expect(writer.write(Self.several) == writer.write(Self.several))
    let undated = try Document(Self.several).elements[0]
    #expect(undated["comment"]?.string?.contains("SOURCE_DATE_EPOCH") == true)
    let dated = try Document(Self.several, sourceDate: 1_700_000_000).elements[0]
    #expect(dated["created"]?.string == "2023-11-14T22:13:20Z" && dated["comment"] == nil)
    var stamped = Self.several
    stamped.invocation = Invocation(
      command: [], failOn: "error", stamp: .init(date: "2026-11-26T08:30:00Z", machine: nil))
    #expect(try Document(stamped).elements[0]["created"]?.string == "2026-11-26T08:30:00Z")
  }

  @Test func whatCouldNotBeInspectedIsSaid() throws {
    let document = try Document(
      Samples.report(errors: [InputError(input: "broken", message: "truncated")]))
    let list = try #require(document.of(type: "software_Sbom").first)
    #expect(list["comment"]?.string == "not inspected: broken: truncated")
    #expect(list["rootElement"] == nil && list["element"] == nil)
  }

  @Test func noProfileIsClaimedThatWeightsCannotFulfil() throws {
    let document = try #require(Document(Self.several).of(type: "SpdxDocument").first)
    #expect(document["profileConformance"]?.array?.contains(.string("ai")) == false)
  }
}
