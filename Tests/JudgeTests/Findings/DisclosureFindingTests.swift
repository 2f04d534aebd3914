import Compare
import Judge
import Load
import TestSupport
import Testing

/// The findings of the stage digit 3 beyond "undeclared", and the names under which parents are
/// declared.
@Suite struct DisclosureFindingTests {
  private let base = Models.base()
  private var child: ModelWeights { base.trained(0.1, seed: 2) }

  // MARK: SCM3001

  @Test(arguments: [
    ("lab/base", ["lab/base"], true), ("acme/base", ["lab/base"], false),
    ("acme/base", [], true), ("acme/base", ["lab/base", "acme/base"], true),
    ("lab/Base-7B", ["lab/base-7b"], true), ("Base-7B", ["lab/base-7b"], true),
    ("https://hub.example/lab/base", ["lab/base"], true),
  ])
  func aliasesOfTheManifestDeclare(name: String, aliases: [String], isDeclared: Bool) async throws {
    var comparison = try await Models.compare(
      child.checkpoint("child").declaring([name]), with: [base.checkpoint("base")])
    comparison.references[0].manifest = CorpusManifest.Entry(
      id: "base", file: "base", aliases: aliases)
    let judgement = Judge().judge(comparison)
    #expect((judgement.finding(.undeclaredParent) == nil) == isDeclared)
  }

  @Test(
    arguments: [
      ("org/base", .warning), ("base", .warning), ("/data/base", .warning), ("./", .error),
      ("org/other", .error),
    ] as [(String, Finding.Level)])
  func nameLeftInTheConfigurationIsHalfADeclaration(
    origin: String, level: Finding.Level
  ) async throws {
    var subject = child.checkpoint("child")
    subject.metadata.config = .object([("_name_or_path", .string(origin))])
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(judgement.finding(.undeclaredParent)?.level == level)
    let card = subject.declaring(["base"])
    #expect(
      try await Models.judge(card, against: [base.checkpoint("base")]).finding(.undeclaredParent)
        == nil)
  }

  /// A card that is there and cannot be read may have named the parent.
  @Test func nobodyIsAccusedForACardThatCannotBeRead() async throws {
    var subject = child.checkpoint("child")
    subject.metadata.unreadDeclarations = [.card]
    subject.metadata.problems = [LoadError(.metadataMalformed, "is torn", file: "/x/README.md")]
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(judgement.finding(.undeclaredParent)?.level == .warning)
    #expect(judgement.limits.contains(.note("README.md: is torn [metadataMalformed]")))
  }

  @Test func nameLeftInTheConfigurationAccusesNobody() async throws {
    var subject = Models.base(seed: 6).checkpoint("subject")
    subject.metadata.config = .object([("_name_or_path", .string("org/base"))])
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(judgement.findings.isEmpty)
  }

  // MARK: SCM3002

  @Test func declaredParentsThatCannotBeCheckedAreAmongTheLimits() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring(["base", "lab/gone"]), against: [base.checkpoint("base")])
    #expect(judgement.limits.contains(.declaredParentUnknown(name: "lab/gone")))
    #expect(!judgement.limits.contains(.declaredParentUnknown(name: "base")))
  }

  @Test func declaredParentOfOtherShapesIsAmongTheLimitsWithItsCoverage() async throws {
    let judgement = try await Models.judge(
      Models.dense("subject", widths: [40, 72, 24], seed: 4).declaring(["base"]),
      against: [base.checkpoint("base")])
    #expect(judgement.limits.contains(.declaredParentNotComparable(name: "base", coverage: 0)))
  }

  @Test func declaredParentThatIsNotThereIsSaidOnce() async throws {
    let judgement = try await Models.judge(
      Models.base(seed: 6).checkpoint("subject").declaring(["base", "lab/base"]),
      against: [base.checkpoint("base")])
    #expect(judgement.findings.filter { $0.code == .declaredParentNotFound }.count == 1)
  }

  @Test func declaredParentThatIsNotThereIsSaidWithItsCoverage() async throws {
    let judgement = try await Models.judge(
      Models.base(seed: 6).checkpoint("subject").declaring(["base"]),
      against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.declaredParentNotFound))
    guard case .number(let coverage) = finding.evidence[.coverage] else {
      Issue.record("no coverage")
      return
    }
    #expect(coverage > 0.9 && coverage <= 1)
  }

  // MARK: SCM3003

  private func relation(
    _ relation: String, _ subject: Checkpoint, _ references: [Checkpoint]
  ) async throws -> Finding? {
    var subject = subject
    subject.metadata.card = ModelCard(baseModels: references.map(\.name), relation: relation)
    return try await Models.judge(subject, against: references).finding(.wrongRelation)
  }

  @Test(arguments: ["finetune", "adapter", "merge", "quantized"])
  func copyIsNoneOfTheDeclaredRelations(name: String) async throws {
    let finding = try #require(
      try await relation(name, base.checkpoint("copy"), [base.checkpoint("base")]))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.measured] == .term(.measured(.copy)))
    #expect(finding.evidence[.declared] == .text(name))
  }

  @Test(arguments: [("finetune", true), ("merge", true), ("quantized", false)])
  func otherFormatAloneIsNoTraining(name: String, isWrong: Bool) async throws {
    let cast = base.checkpoint("cast", as: .bfloat16)
    let finding = try await relation(name, cast, [base.checkpoint("base")])
    #expect((finding != nil) == isWrong)
  }

  @Test(arguments: ["finetune", "adapter", "merge", "quantized", "distilled", ""])
  func fineTuneContradictsNothing(name: String) async throws {
    #expect(
      try await relation(name, child.checkpoint("child"), [base.checkpoint("base")]) == nil)
  }

  @Test(arguments: [("finetune", true), ("merge", false)])
  func mergeIsNoFineTune(name: String, isWrong: Bool) async throws {
    let other = Models.base(seed: 5)
    let finding = try await relation(
      name, base.combined(0.5, other, 0.5).checkpoint("merge"),
      [base.checkpoint("base"), other.checkpoint("other")])
    #expect((finding != nil) == isWrong)
  }

  // MARK: SCM3004

  private func merge(_ declared: [String]) async throws -> Judgement {
    let other = Models.base(seed: 5)
    return try await Models.judge(
      base.combined(0.5, other, 0.5).checkpoint("merge").declaring(declared),
      against: [base.checkpoint("base"), other.checkpoint("other")])
  }

  @Test func mergeThatLeavesOutAnIngredientIsAnError() async throws {
    let finding = try #require(try await merge(["base"]).finding(.missingMergeParent))
    #expect(finding.level == .error)
    #expect(finding.evidence[.undeclared] == .texts(["other"]))
  }

  @Test func mergeThatNamesAllIngredientsIsNoFinding() async throws {
    #expect(try await merge(["base", "other"]).finding(.missingMergeParent) == nil)
  }

  @Test func recipeDeclaresItsIngredients() async throws {
    let other = Models.base(seed: 5)
    var subject = base.combined(0.5, other, 0.5).checkpoint("merge")
    subject.metadata.mergeRecipe = MergeRecipe(method: "linear", models: ["org/base", "org/other"])
    let references = [base.checkpoint("base"), other.checkpoint("other")]
    let judgement = try await Models.judge(subject, against: references)
    #expect(judgement.findings.map(\.code) == [.mergedWeights])
    #expect(judgement.subject.declared.baseModels == ["org/base", "org/other"])
  }

  @Test func declaredIngredientOfWhichNothingIsFoundIsAWarning() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child").declaring(["base", "other"]),
      against: [base.checkpoint("base"), Models.base(seed: 5).checkpoint("other")])
    let finding = try #require(judgement.finding(.missingMergeParent))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.unseen] == .texts(["other"]))
  }

  // MARK: SCM3005

  @Test(arguments: [(["base"], false), (["org/base"], false), (["other"], true), ([], true)])
  func policyAllowsParents(allowed: [String], isStopped: Bool) async throws {
    let comparison = try await Models.compare(
      child.checkpoint("child").declaring(["base"]), with: [base.checkpoint("base")])
    let finding = Judge(policy: Policy(allowedParents: allowed)).judge(comparison)
      .finding(.parentNotAllowed)
    #expect((finding?.level == .error) == isStopped)
  }

  @Test func withoutAListEveryParentIsAllowed() async throws {
    let judgement = try await Models.judge(
      child.checkpoint("child"), against: [base.checkpoint("base")])
    #expect(judgement.finding(.parentNotAllowed) == nil)
  }

  // MARK: SCM5002

  @Test(
    arguments: [
      ("hidden_size", .integer(128), "hidden of the decoder"),
      ("num_hidden_layers", .integer(7), "layers of the decoder"),
      ("vocab_size", .integer(999), "vocabulary of the decoder"),
      ("architectures", .array([.string("GPT2LMHeadModel")]), "architecture"),
    ] as [(String, JSONValue, String)])
  func configurationOfAnotherNetworkIsAWarning(
    key: String, value: JSONValue, place: String
  ) async throws {
    var subject = child.checkpoint("child").declaring(["base"])
    var members: [(key: String, value: JSONValue)] = []
    if case .object(let known) = subject.metadata.config { members = known }
    members.removeAll { $0.key == key || (key == "architectures" && $0.key == "model_type") }
    subject.metadata.config = .object(members + [(key, value)])
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    let finding = try #require(judgement.finding(.configContradictsWeights))
    #expect(finding.level == .warning)
    #expect(finding.evidence[.subjects] == .texts([place]))
  }

  @Test func configurationOfTheNetworkIsNoFinding() async throws {
    let subject = child.checkpoint("child")
    #expect(subject.metadata.config != nil)
    let judgement = try await Models.judge(subject, against: [base.checkpoint("base")])
    #expect(judgement.finding(.configContradictsWeights) == nil)
  }

  // MARK: SCM6003

  @Test(
    arguments: [(.stop, .info), (.pass, nil), (.warn, .warning), (.fail, .error)]
      as [(Policy.Inconclusive, Finding.Level?)])
  func policySaysWhatInconclusiveMeans(
    choice: Policy.Inconclusive, level: Finding.Level?
  ) async throws {
    let comparison = try await Models.compare(
      Models.dense("subject", widths: [40, 72, 24], seed: 4), with: [base.checkpoint("base")])
    let judge = Judge(policy: Policy(inconclusive: choice))
    #expect(judge.judge(comparison).finding(.inconclusive)?.level == level)
    let spoken = try await Models.compare(
      child.checkpoint("child"), with: [base.checkpoint("base")])
    #expect(judge.judge(spoken).finding(.inconclusive) == nil)
  }
}
