import Foundation
import TestSupport
import Testing

@testable import Judge
@testable import Report

/// Who came first is said alike by every format.
@Suite struct DirectionReportTests {
  private static let reverse = "llama-s1 was made from this model"
  private static let open = "cannot say which"
  private static let sister = "both made from llama-s0"

  private func written(_ judgement: Judgement, as format: String) throws -> String {
    let writer = try #require(ReportFormats.named(format)).init(options: WriterOptions())
    return writer.write(Samples.report(judgement))
  }

  private func document(_ judgement: Judgement, as format: String) throws -> JSONSchemaValue {
    try JSONSchemaValue(parsing: written(judgement, as: format))
  }

  @Test(arguments: ["tty", "markdown", "html", "junit", "sarif", "in-toto", "json"])
  func everyFormatSaysInWordsWhoCameFirst(format: String) throws {
    func spaced(_ judgement: Judgement) throws -> String {
      try written(judgement, as: format).split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
    let (reversed, related) = (try spaced(Samples.reversed), try spaced(Samples.related))
    let siblings = try spaced(Samples.siblings)
    #expect(reversed.contains(Self.reverse))
    #expect(!reversed.contains("built on llama-s1"))
    #expect(related.contains(Self.open))
    #expect(!related.contains("built on llama-s1"))
    #expect(siblings.contains(Self.sister))
    #expect(!siblings.contains("built on llama-s1"))
  }

  /// `[(x, y), …]` of the only arrow head, the tip first.
  private func tips(_ judgement: Judgement) throws -> [Double] {
    let picture = LineagePicture(judgement: judgement, id: "lineage", language: .en)
    let markup = try #require(picture.markup).text
    return markup.matches(of: /<path[^>]*class="arrow"[^>]*>/).compactMap { match in
      match.output.firstMatch(of: /d="M ?([0-9.]+)/).flatMap { Double($0.1) }
    }
  }

  @Test func theArrowPointsAtWhatCameLater() throws {
    // References stand on the left, the subject on the right.
    let (parent, child) = (try tips(Samples.derivedUndeclared), try tips(Samples.reversed))
    #expect(parent.count == 1)
    #expect(child.count == 1)
    #expect(parent.allSatisfy { $0 > 200 })
    #expect(child.allSatisfy { $0 < 200 })
  }

  @Test func whatIsOpenHasNoArrow() throws {
    for judgement in [Samples.related, Samples.siblings] {
      #expect(try tips(judgement).isEmpty)
      let picture = LineagePicture(judgement: judgement, id: "lineage", language: .en)
      #expect(try #require(picture.markup).text.contains("edge dashed"))
    }
  }

  @Test(arguments: ["cyclonedx", "cyclonedx-1.6"])
  func onlyWhatCameFirstIsAnAncestor(format: String) throws {
    func pedigree(_ judgement: Judgement) throws -> JSONSchemaValue? {
      try document(judgement, as: format)["components"]?.array?.first?["pedigree"]
    }
    let parent = try #require(try pedigree(Samples.derivedUndeclared))
    #expect(parent["ancestors"]?.array?.count == 1)
    let child = try #require(try pedigree(Samples.reversed))
    #expect(child["ancestors"] == nil)
    #expect(child["descendants"]?.array?.compactMap { $0["name"]?.string } == ["llama-s1"])
    let sister = try #require(try pedigree(Samples.siblings))
    #expect(sister["ancestors"] == nil)
    #expect(sister["variants"]?.array?.count == 1)
    let open = try pedigree(Samples.related)
    #expect(open?["ancestors"] == nil)
    #expect(open?["descendants"] == nil)
    #expect(open?["variants"] == nil)
  }

  /// What was made from a model gives it no licence.
  @Test func theLicenceOfAChildIsNotConcluded() throws {
    #expect(BillOfMaterials.concludedLicences(Samples.reversed) == [])
    #expect(BillOfMaterials.concludedLicences(Samples.siblings) == [])
    var derived = Samples.reversed
    derived.parents[0].direction = Direction(.fromReference, because: .weights)
    #expect(BillOfMaterials.concludedLicences(derived) == ["llama3"])
  }

  @Test func anAttestationHasTheDirectionAndWhatItRestsOn() throws {
    func parent(_ judgement: Judgement) throws -> JSONSchemaValue {
      try #require(
        try document(judgement, as: "in-toto")["predicate"]?["parents"]?.array?.first)
    }
    let reversed = try parent(Samples.reversed)
    #expect(reversed["direction"]?.string == "to-reference")
    #expect(reversed["because"]?.string == "weights")
    let open = try parent(Samples.related)
    #expect(open["direction"]?.string == "undirected")
    #expect(open["because"]?.string == "none")
    #expect(open["alternatives"]?.array?.compactMap(\.string) == ["s1-sft"])
    let sister = try parent(Samples.siblings)
    #expect(sister["direction"]?.string == "common-ancestor")
    #expect(sister["because"]?.string == "corpus")
  }

  @Test func theReverseIsNoFailureOfAGate() throws {
    for judgement in [Samples.reversed, Samples.siblings] {
      let junit = try written(judgement, as: "junit")
      #expect(junit.contains(#"failures="0""#))
      #expect(!junit.contains("<failure"))
      let results = try #require(
        try document(judgement, as: "sarif")["runs"]?.array?.first?["results"]?.array)
      #expect(results.allSatisfy { $0["ruleId"]?.string != "SCM3001" })
      #expect(results.allSatisfy { $0["level"]?.string == "note" })
    }
    let open = try written(Samples.related, as: "junit")
    #expect(open.contains("<failure"))
  }
}
