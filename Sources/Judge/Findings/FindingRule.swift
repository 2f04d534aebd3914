import Compare
import Fingerprint
import Load

/// Derives findings of one code, or of codes that exclude each other.
///
/// One file per rule. A finding carries a `Fact`, which the Report stage puts into words.
protocol FindingRule: Sendable {
  static func findings(_ context: FindingContext) -> [Finding]
}

/// All rules, in the order in which a report lists what they find.
enum FindingRules {
  static let all: [any FindingRule.Type] = [
    LineageRule.self, UndeclaredParentRule.self, DeclaredParentNotFoundRule.self,
    WrongRelationRule.self, MissingMergeParentRule.self, ParentNotAllowedRule.self,
    LicenceConflictRule.self, LicenceNoticeRule.self, LicenceNotAllowedRule.self,
    ObfuscationRule.self, NoiseDisguiseRule.self, QuantisationRule.self,
    ConfigContradictionRule.self, VocabularyContradictionRule.self,
    AmbiguousFileRule.self, RivalPartsRule.self, UnreadWeightsRule.self, UnsafePickleRule.self,
    NotFiniteRule.self,
    UndecodedWeightsRule.self, CoverageRule.self,
    InconclusiveRule.self, CorpusDamageRule.self, CorpusContradictionRule.self,
  ]

  static func findings(_ context: FindingContext) -> [Finding] {
    all.flatMap { $0.findings(context) }
  }
}

/// What finding rules judge by.
struct FindingContext {
  /// The judgement so far: without findings.
  let judgement: Judgement
  let subject: ModelFingerprint
  let evidence: [ReferenceEvidence]
  /// In the order of the judgement's parents.
  let contexts: [ParentContext]
  let declarations: Declarations
  let licensing: Licensing
  let policy: Policy
  let damagedReferences: [String]
  let assertions: Assertions
  let kinship: Kinship?
  let isComparison: Bool

  /// Parents whose weights the subject has: a common initialisation makes none.
  var parents: [Parent] {
    judgement.verdict.relation == .sharedInitialisation ? [] : judgement.parents
  }

  /// Whether the subject is the reference, or a copy of it that says so by its name: neither hides
  /// anything.
  ///
  /// The name alone excuses nothing: anybody can give a model the name of its parent. Nor does the
  /// name that everybody's files and folders have.
  func isReferenceItself(_ parent: Parent) -> Bool {
    guard parent.relation == .identical else { return false }
    let comparison = evidence.first { $0.comparison.id == parent.reference }?.comparison
    if comparison?.isSubject ?? false { return true }
    return !EverydayNames.contain(judgement.subject.name)
      && declarations.isNamed(parent.reference, by: judgement.subject.name)
  }

  /// The level of a finding that says that parents are not declared: nobody is accused for a card that
  /// is there and could not be read.
  var undeclaredLevel: Finding.Level {
    subject.identity.disclosure.unread.isEmpty ? .error : .warning
  }

  func finding(_ fact: Fact, _ level: Finding.Level) -> Finding {
    Finding(fact, level: level, location: judgement.subject.name)
  }
}
