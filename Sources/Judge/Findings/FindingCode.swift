/// The registry of findings.
///
/// A code is never reused, and each has a page in every language, `docs/findings/<code>.md` and
/// `docs/findings/zh/<code>.md`.
///
/// Stage digit: 1 input · 2 lineage · 3 disclosure · 4 licence · 5 tampering · 6 the inspection.
package enum FindingCode: String, Sendable, CaseIterable, Codable {
  case notFiniteValues = "SCM1001"
  case ambiguousFile = "SCM1002"
  case unreadWeights = "SCM1003"
  case undecodedWeights = "SCM1005"
  case unsafePickle = "SCM1006"
  case rivalParts = "SCM1007"
  case identicalWeights = "SCM2001"
  case derivedWeights = "SCM2002"
  case partiallyDerived = "SCM2003"
  case mergedWeights = "SCM2004"
  case sharedInitialisation = "SCM2005"
  case relatedWeights = "SCM2006"
  case faithfulQuantisation = "SCM2007"
  case undeclaredParent = "SCM3001"
  case declaredParentNotFound = "SCM3002"
  case wrongRelation = "SCM3003"
  case missingMergeParent = "SCM3004"
  case parentNotAllowed = "SCM3005"
  case licenceConflict = "SCM4001"
  case licenceNoticeMissing = "SCM4002"
  case licenceNotAllowed = "SCM4003"
  case obfuscatedWeights = "SCM5001"
  case configContradictsWeights = "SCM5002"
  case noiseDisguise = "SCM5003"
  case unfaithfulQuantisation = "SCM5004"
  case vocabularyContradictsWeights = "SCM5005"
  case lowCoverage = "SCM6001"
  case corpusDamaged = "SCM6002"
  case inconclusive = "SCM6003"
  case corpusContradiction = "SCM6004"

  /// The name beside the code: `derived-weights`.
  package var name: String {
    switch self {
    case .notFiniteValues: "not-finite-values"
    case .ambiguousFile: "ambiguous-file"
    case .unreadWeights: "unread-weights"
    case .undecodedWeights: "undecoded-weights"
    case .unsafePickle: "unsafe-pickle"
    case .rivalParts: "rival-parts"
    case .identicalWeights: "identical-weights"
    case .derivedWeights: "derived-weights"
    case .partiallyDerived: "partially-derived"
    case .mergedWeights: "merged-weights"
    case .sharedInitialisation: "shared-initialisation"
    case .relatedWeights: "related-weights"
    case .faithfulQuantisation: "faithful-quantisation"
    case .unfaithfulQuantisation: "unfaithful-quantisation"
    case .corpusContradiction: "corpus-contradiction"
    case .undeclaredParent: "undeclared-parent"
    case .declaredParentNotFound: "declared-parent-not-found"
    case .wrongRelation: "wrong-relation"
    case .missingMergeParent: "missing-merge-parent"
    case .parentNotAllowed: "parent-not-allowed"
    case .licenceConflict: "licence-conflict"
    case .licenceNoticeMissing: "licence-notice-missing"
    case .licenceNotAllowed: "licence-not-allowed"
    case .configContradictsWeights: "config-contradicts-weights"
    case .vocabularyContradictsWeights: "vocabulary-contradicts-weights"
    case .noiseDisguise: "noise-disguise"
    case .inconclusive: "inconclusive"
    case .obfuscatedWeights: "obfuscated-weights"
    case .lowCoverage: "low-coverage"
    case .corpusDamaged: "corpus-damaged"
    }
  }
}

extension FindingCode {
  /// Whether it is about what the weights descend from, who says so, and what hides it.
  package var isOfDescent: Bool {
    ["2", "3", "4", "5"].contains(rawValue.dropFirst(3).prefix(1))
  }

  /// The finding of a code (`SCM3001`) or a name (`undeclared-parent`), in any case of letters.
  package init?(named name: String) {
    // Either spelling of licence.
    let word = name.lowercased().replacing("license", with: "licence")
    let found = Self.allCases.first {
      $0.rawValue == name.uppercased() || $0.name == word
    }
    guard let found else { return nil }
    self = found
  }
}
