import Compare
import Foundation
import Judge
import TestSupport
import Testing

@testable import Report

@Suite struct InTotoWriterTests {
  private func statements(_ report: ForensicReport) throws -> [JSONSchemaValue] {
    try InTotoWriter(options: WriterOptions()).write(report).split(separator: "\n")
      .map { try JSONSchemaValue(parsing: String($0)) }
  }

  /// The Statement layer as the specification words it, with our predicate inside.
  private func schema() throws -> JSONSchema {
    try JSONSchema(
      parsing: """
        {
          "type": "object", "additionalProperties": false,
          "required": ["_type", "subject", "predicateType", "predicate"],
          "properties": {
            "_type": { "const": "https://in-toto.io/Statement/v1" },
            "subject": {
              "type": "array", "minItems": 1,
              "items": {
                "type": "object", "required": ["name", "digest"],
                "properties": {
                  "name": { "type": "string", "minLength": 1 },
                  "digest": {
                    "type": "object", "additionalProperties": { "pattern": "^[0-9a-f]{64}$" }
                  }
                }
              }
            },
            "predicateType": { "const": "urn:shellcheck-model:weight-lineage:1" },
            "predicate": { "$ref": "weight-lineage" }
          }
        }
        """, documents: ["weight-lineage": .published("weight-lineage-1")])
  }

  @Test func everyModelIsAValidStatementOnALine() throws {
    let statements = try statements(
      Samples.report(
        Samples.derivedUndeclared, Samples.merged, Samples.noEvidence,
        errors: [InputError(input: "a", message: "b")]))
    #expect(statements.count == 3)
    for statement in statements {
      #expect(try schema().violations(in: statement) == [])
    }
  }

  @Test func subjectsAreTheFilesByTheirDigests() throws {
    let subjects = try statements(Samples.report(Samples.merged))[0]["subject"]?.array
    #expect(
      subjects?.compactMap { $0["name"]?.string } == [
        "models/merge-60-40/README.md", "models/merge-60-40/model.safetensors",
      ])
    #expect(subjects?[1]["digest"]?["sha256"]?.string == String(repeating: "e0", count: 32))
  }

  @Test func withoutFileDigestsTheWeightsAreTheSubject() throws {
    var report = Samples.report(Samples.merged)
    report.sources = []
    let statement = try statements(report)[0]
    #expect(try schema().violations(in: statement) == [])
    #expect(
      statement["subject"]?.array?[0]["digest"]?["shellcheckModelRoot1"]?.string
        == Samples.merged.subject.digest)
  }

  @Test func parentsAreKnownByTheirWeightsNotByNameAlone() throws {
    var report = Samples.report(Samples.merged)
    report.corpus.listing = [
      CorpusMember(id: "llama-s1", digest: String(repeating: "5a", count: 32)),
      CorpusMember(id: "llama-s1-sft", digest: ""),
    ]
    let statement = try statements(report)[0]
    #expect(try schema().violations(in: statement) == [])
    let parents = statement["predicate"]?["parents"]?.array ?? []
    #expect(
      parents.map { $0["referenceDigest"]?.string } == [String(repeating: "5a", count: 32), nil])
  }

  @Test func aStatementSaysByWhatItWasMade() throws {
    var report = Samples.report(Samples.merged)
    report.tool.commit = "0123456789ab"
    let digest = String(repeating: "c4", count: 32)
    report.invocation = Invocation(
      command: [], failOn: "error", policy: .init(path: "release.yml", sha256: digest),
      stamp: .init(date: "2026-11-26T08:30:00Z", machine: nil))
    let statement = try statements(report)[0]
    #expect(try schema().violations(in: statement) == [])
    let predicate = try #require(statement["predicate"])
    #expect(predicate["tool"]?["commit"]?.string == "0123456789ab")
    #expect(predicate["tool"]?["method"]?.number == Double(MethodConstants.version))
    #expect(predicate["policy"]?["sha256"]?.string == digest)
    #expect(predicate["date"]?.string == "2026-11-26T08:30:00Z")
  }

  @Test func noModelIsNoStatement() throws {
    #expect(try statements(Samples.report()).isEmpty)
  }
}
