import Compare
import Judge
import Load
import TestSupport
import Testing

/// The findings of the stage digit 4: what the licences of parents ask.
@Suite struct LicenceFindingTests {
  /// What decides: the licences on both cards, and what stands beside the child's weights.
  struct Case: Sendable, CustomTestStringConvertible {
    var parent: String?
    var child: String?
    var files: [ModelDocuments.Document] = [Case.licence("any"), Case.card("# Child")]
    var level: Finding.Level?
    var duties: [String] = []

    static func licence(_ text: String) -> ModelDocuments.Document {
      ModelDocuments.Document(.licence, name: "LICENSE", text: text)
    }
    static func notice(_ text: String) -> ModelDocuments.Document {
      ModelDocuments.Document(.notice, name: "NOTICE", text: text)
    }
    static func card(_ text: String) -> ModelDocuments.Document {
      ModelDocuments.Document(.card, name: "README.md", text: text)
    }

    var testDescription: String { "\(parent ?? "none") → \(child ?? "none")" }
  }

  private let base = Models.base()

  private func judge(_ item: Case, name: String = "child") async throws -> Judgement {
    let comparison = try await Models.compare(
      base.trained(0.1, seed: 2).checkpoint(name).declaring(["base"]).under(item.child),
      with: [base.checkpoint("base").under(item.parent)])
    return Judge(
      documents: ModelDocuments(item.files), licences: try LicenceCatalogue.bundled()
    ).judge(comparison)
  }

  @Test(arguments: [
    Case(parent: "cc-by-nc-4.0", child: "apache-2.0", level: .error, duties: ["non-commercial"]),
    Case(parent: "cc-by-nc-4.0", child: "cc-by-nc-4.0"),
    Case(parent: "cc-by-nc-4.0", child: "cc-by-nc-sa-4.0"),
    Case(parent: "cc-by-nc-sa-4.0", child: "cc-by-nc-4.0", level: .error, duties: ["share-alike"]),
    Case(
      parent: "cc-by-nc-sa-4.0", child: "mit", level: .error,
      duties: ["non-commercial", "share-alike"]),
    Case(parent: "cc-by-sa-4.0", child: "gpl-3.0"),
    Case(parent: "gpl-3.0", child: "agpl-3.0"),
    Case(parent: "agpl-3.0", child: "gpl-3.0", level: .error, duties: ["share-alike"]),
    Case(parent: "cc-by-nd-4.0", child: "cc-by-nd-4.0", level: .error, duties: ["no-derivatives"]),
    Case(
      parent: "llama3.1", child: "apache-2.0", level: .error,
      duties: ["use-restrictions", "user-threshold"]),
    Case(parent: "llama3.1", child: "llama3.3"),
    Case(parent: "llama2", child: "openrail", level: .error, duties: ["user-threshold"]),
    Case(parent: "openrail", child: "mit", level: .error, duties: ["use-restrictions"]),
    Case(parent: "creativeml-openrail-m", child: "openrail++"),
    Case(parent: "gemma", child: "apache-2.0", level: .error, duties: ["use-restrictions"]),
    Case(parent: "apache-2.0", child: "mit"), Case(parent: "mit", child: "llama3.1"),
    Case(parent: "apache-2.0", child: nil), Case(parent: nil, child: "mit"),
    Case(parent: "something-else", child: "mit"),
    Case(parent: "cc-by-nc-4.0", child: "house-rules"),
    // Either of the child's licences will do; of the parent's, only what both ask.
    Case(parent: "cc-by-nc-4.0", child: "mit, cc-by-nc-4.0"),
    Case(parent: "cc-by-nc-4.0, mit", child: "mit"),
  ])
  func conflictsFollowFromTheLicencesOfBothSides(item: Case) async throws {
    let finding = try await judge(item).finding(.licenceConflict)
    #expect(finding?.level == item.level)
    if item.level != nil {
      #expect(finding?.duties == item.duties)
      #expect(finding?.evidence[.reference] == .text("base"))
      #expect(finding?.evidence[.parentLicence] == item.parent.map(DetailValue.text))
      #expect(finding?.evidence[.licence] == item.child.map(DetailValue.text))
    }
  }

  @Test(arguments: [
    Case(parent: "apache-2.0", child: "apache-2.0"),
    Case(
      parent: "apache-2.0", child: "apache-2.0", files: [], level: .info, duties: ["licence-text"]),
    Case(parent: "apache-2.0", child: "mit", level: .warning, duties: ["licence-text"]),
    Case(
      parent: "apache-2.0", child: "mit",
      files: [Case.licence("Mine.\nApache\n License, Version 2.0")]),
    Case(parent: "apache-2.0", child: nil, level: .warning, duties: ["licence-text"]),
    Case(parent: "cc0-1.0", child: "mit", files: []),
    Case(
      parent: "llama3.1", child: "llama3.1", level: .warning,
      duties: ["name-prefix", "display-text", "notice-text"]),
    Case(
      parent: "llama3.1", child: "llama3.1",
      files: [
        Case.licence("…"), Case.card("# Llama-3.1-Child\nBuilt  with **Llama**"),
        Case.notice("Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright ©"),
      ]),
    Case(
      parent: "gemma", child: "gemma", level: .warning, duties: ["notice-text"]),
    Case(parent: nil, child: "mit", files: []),
  ])
  func noticesAreLookedForBesideTheWeights(item: Case) async throws {
    let finding = try await judge(item).finding(.licenceNoticeMissing)
    #expect(finding?.level == item.level)
    if item.level != nil { #expect(finding?.duties == item.duties) }
  }

  @Test func whatIsMissingIsNamed() async throws {
    let finding = try #require(
      try await judge(Case(parent: "llama3.1", child: nil)).finding(.licenceNoticeMissing))
    guard case .notices(let missing) = finding.evidence[.missing] else {
      Issue.record("\(finding.evidence)")
      return
    }
    #expect(missing.map(\.kind).first == .cardLicence)
    #expect(missing.contains(MissingNotice(.displayText, ["Built with Llama"])))
  }

  @Test func noticeOfTheParentMustGoAlong() async throws {
    var parent = base.checkpoint("base").under("apache-2.0")
    let child = base.trained(0.1, seed: 2).checkpoint("child").declaring(["base"])
      .under("apache-2.0")
    var judge = Judge(
      documents: ModelDocuments([Case.licence("x")]), licences: try LicenceCatalogue.bundled())
    #expect(
      judge.judge(try await Models.compare(child, with: [parent])).finding(.licenceNoticeMissing)
        == nil)
    parent.metadata.hasNotice = true
    let comparison = try await Models.compare(child, with: [parent])
    let finding = try #require(judge.judge(comparison).finding(.licenceNoticeMissing))
    #expect(finding.level == .warning)
    #expect(finding.duties == ["notice-file"])
    judge.documents?.documents.append(Case.notice("Base, copyright"))
    #expect(judge.judge(comparison).finding(.licenceNoticeMissing) == nil)
  }

  @Test func nothingIsLookedForBesideABareFile() async throws {
    let comparison = try await Models.compare(
      base.trained(0.1, seed: 2).checkpoint("child"),
      with: [base.checkpoint("base").under("apache-2.0")])
    let judgement = Judge(licences: try LicenceCatalogue.bundled()).judge(comparison)
    #expect(judgement.finding(.licenceNoticeMissing) == nil)
    #expect(judgement.limits.contains(.noModelFolder))
    #expect(judgement.limits.contains(.noLegalAdvice))
  }

  @Test func mergeOwesTheUnionOfItsParentsDuties() async throws {
    let other = Models.base(seed: 5)
    let comparison = try await Models.compare(
      base.combined(0.5, other, 0.5).checkpoint("merge").declaring(["base", "other"])
        .under("cc-by-sa-4.0"),
      with: [
        base.checkpoint("base").under("cc-by-sa-4.0"), other.checkpoint("other").under("openrail"),
      ])
    let found = Judge(licences: try LicenceCatalogue.bundled()).judge(comparison).findings
      .filter { $0.code == .licenceConflict }
    #expect(found.map { $0.evidence[.reference] } == [.text("other")])
  }

  @Test func verbatimCopiesAreNoAdaptations() async throws {
    let comparison = try await Models.compare(
      base.checkpoint("copy").under("cc-by-nd-4.0"),
      with: [base.checkpoint("base").under("cc-by-nd-4.0")])
    let judgement = Judge(licences: try LicenceCatalogue.bundled()).judge(comparison)
    #expect(judgement.verdict.relation == .identical)
    #expect(judgement.finding(.licenceConflict) == nil)
  }

  @Test func commonInitialisationBindsNobody() async throws {
    let comparison = try await Models.compare(
      base.trained(1.5, seed: 11).checkpoint("one").under("mit"),
      with: [base.trained(1.5, seed: 12).checkpoint("other").under("cc-by-nc-4.0")])
    let judgement = Judge(licences: try LicenceCatalogue.bundled()).judge(comparison)
    #expect(judgement.verdict.relation == .sharedInitialisation)
    #expect(judgement.finding(.licenceConflict) == nil)
  }

  @Test func manifestKnowsTheLicenceBetterThanTheCard() async throws {
    var comparison = try await Models.compare(
      base.trained(0.1, seed: 2).checkpoint("child").declaring(["base"]).under("mit"),
      with: [base.checkpoint("base").under("mit")])
    comparison.references[0].manifest = CorpusManifest.Entry(
      id: "base", license: "cc-by-nc-4.0", file: "base")
    let judgement = Judge(licences: try LicenceCatalogue.bundled()).judge(comparison)
    #expect(judgement.finding(.licenceConflict)?.level == .error)
  }

  @Test(arguments: [
    (["mit", "apache-2.0"], 0), (["mit"], 1), (["Apache2", "mit"], 0), ([], 2),
  ])
  func policyAllowsLicences(allowed: [String], count: Int) async throws {
    let comparison = try await Models.compare(
      base.trained(0.1, seed: 2).checkpoint("child").declaring(["base"]).under("mit"),
      with: [base.checkpoint("base").under("apache-2.0")])
    let found = Judge(
      policy: Policy(allowedLicences: allowed), licences: try LicenceCatalogue.bundled()
    ).judge(comparison).findings.filter { $0.code == .licenceNotAllowed }
    #expect(found.count == count)
    #expect(found.allSatisfy { $0.level == .error })
  }

  @Test func withoutAListEveryLicenceIsAllowed() async throws {
    let judgement = try await judge(Case(parent: "mit", child: nil))
    #expect(judgement.finding(.licenceNotAllowed) == nil)
  }
}

extension Checkpoint {
  /// The same with a licence on its card.
  func under(_ licence: String?) -> Checkpoint {
    var result = self
    var card = result.metadata.card ?? ModelCard()
    card.license = licence
    result.metadata.card = card
    return result
  }
}

extension Finding {
  fileprivate var duties: [String]? {
    if case .terms(let terms) = evidence[.duties] { terms.map(\.name) } else { nil }
  }
}
