import Compare
import Fingerprint
import Foundation

/// Derives the findings from a judgement.
enum FindingRules {
  static func findings(
    _ judgement: Judgement, subject: ModelFingerprint, evidence: [ReferenceEvidence],
    obfuscated context: ParentContext?, damagedReferences: [String]
  ) -> [Finding] {
    [
      lineage(judgement), undeclared(judgement), declaredNotFound(judgement),
      obfuscated(judgement, context), notFinite(judgement, subject),
      coverage(judgement, evidence), corpus(judgement, damagedReferences),
    ].flatMap(\.self)
  }

  /// What a quick look may say: that something was found, and that it has not seen much.
  static func findings(
    _ judgement: Judgement, look: QuickLook, damagedReferences: [String]
  ) -> [Finding] {
    let coverage = Finding(
      code: .lowCoverage, level: .warning,
      message: String(
        format: "a quick look read %.2g %% of the weights: it may show descent, and never that "
          + "there is none", 100 * Double(look.bytesRead) / Double(look.byteCount)),
      location: judgement.subject.name, evidence: ["coverage": .number(look.coverage)])
    return [
      lineage(judgement), undeclared(judgement), [coverage], corpus(judgement, damagedReferences),
    ].flatMap(\.self)
  }

  private static func lineage(_ judgement: Judgement) -> [Finding] {
    let code: FindingCode
    switch judgement.verdict.relation {
    case .identical: code = .identicalWeights
    case .derived: code = .derivedWeights
    case .partial: code = .partiallyDerived
    case .merged: code = .mergedWeights
    case .sharedInitialisation: code = .sharedInitialisation
    case .noEvidence, .inconclusive: return []
    }
    return [
      Finding(
        code: code, level: code == .sharedInitialisation ? .warning : .info,
        message: judgement.verdict.summary, location: judgement.subject.name,
        evidence: [
          "log10P": .number(judgement.verdict.log10P),
          "references": .texts(judgement.parents.map(\.reference)),
        ])
    ]
  }

  /// Being derived is no offence; hiding it is.
  ///
  /// A copy of the reference that bears its name hides nothing. The name alone excuses nothing:
  /// anybody can give a model the name of its parent.
  private static func undeclared(_ judgement: Judgement) -> [Finding] {
    guard judgement.verdict.relation != .sharedInitialisation else { return [] }
    let missing = judgement.parents.filter { parent in
      !(parent.relation == .identical
        && Identities.same(judgement.subject.name, parent.reference))
        && !judgement.subject.declared.baseModels.contains { Identities.same($0, parent.reference) }
    }
    return missing.map { parent in
      Finding(
        code: .undeclaredParent, level: .error,
        message: "descends from \(parent.reference), which is not declared",
        location: judgement.subject.name,
        evidence: [
          "reference": .text(parent.reference), "log10P": .number(parent.log10P),
        ].merging(
          parent.modification.map { ["derivedShare": .number($0.derivedShare)] } ?? [:]
        ) { $1 })
    }
  }

  /// Training never re-bases a network: somebody did.
  private static func obfuscated(
    _ judgement: Judgement, _ context: ParentContext?
  ) -> [Finding] {
    guard let parent = judgement.parents.first, let context,
      judgement.verdict.relation != .sharedInitialisation
    else { return [] }
    let disguises = parent.changes.map(\.kind).filter(\.isDisguise)
    // What the weights say, where they were at hand, overrules what fingerprints suggest.
    let suspected = context.comparison.recovery == nil && Obfuscation.isSuspected(context)
    guard !disguises.isEmpty || suspected else { return [] }
    let how =
      disguises.isEmpty
      ? "in a way that needs the reference's weights to be told"
      : disguises.map(\.rawValue).joined(separator: ", ")
    return [
      Finding(
        code: .obfuscatedWeights, level: .error,
        message:
          "the weights of \(parent.reference) were re-based without changing what they compute "
          + "(\(how)), which training never does",
        location: judgement.subject.name,
        evidence: [
          "reference": .text(parent.reference), "linearMean": .number(parent.linear.mean),
          "circuitsMean": .number(context.comparison.circuits?.mean ?? 0),
          "kinds": .texts(disguises.map(\.rawValue)),
        ])
    ]
  }

  private static func corpus(_ judgement: Judgement, _ damaged: [String]) -> [Finding] {
    damaged.map { problem in
      Finding(
        code: .corpusDamaged, level: .warning,
        message: "a reference could not be used: \(problem)", location: judgement.subject.name)
    }
  }

  /// Only where the comparison spoke and found nothing: a grandparent is found though another
  /// reference explains more.
  private static func declaredNotFound(_ judgement: Judgement) -> [Finding] {
    judgement.subject.declared.baseModels.compactMap { name in
      let found = judgement.parents.contains { Identities.same(name, $0.reference) }
      guard !found,
        let candidate = judgement.candidates.first(where: { Identities.same(name, $0.reference) }),
        candidate.relation == .noEvidence
      else { return nil }
      return Finding(
        code: .declaredParentNotFound, level: .warning,
        message: "declares descent from \(candidate.reference), of which the weights show nothing",
        location: judgement.subject.name,
        evidence: ["reference": .text(candidate.reference), "log10P": .number(candidate.log10P)])
    }
  }

  private static func notFinite(_ judgement: Judgement, _ subject: ModelFingerprint) -> [Finding] {
    let broken = subject.tensors.filter { $0.moments.nans + $0.moments.infinities > 0 }
    guard !broken.isEmpty else { return [] }
    let count = broken.reduce(0) { $0 + $1.moments.nans + $1.moments.infinities }
    return [
      Finding(
        code: .notFiniteValues, level: .warning,
        message:
          "values that are NaN or infinite, left out: \(count), in \(broken.count) of the tensors",
        location: judgement.subject.name,
        evidence: ["tensors": .texts(broken.prefix(10).map(\.name)), "values": .integer(count)])
    ]
  }

  private static func coverage(
    _ judgement: Judgement, _ evidence: [ReferenceEvidence]
  ) -> [Finding] {
    let best =
      evidence.map {
        max($0.comparison.linear.coverage, $0.comparison.circuits?.coverage ?? 0)
      }.max() ?? 0
    guard best < Calibration.lowCoverage else { return [] }
    return [
      Finding(
        code: .lowCoverage, level: .warning,
        message: String(
          format: "only %.0f %% of the parameters could be compared with any reference", best * 100),
        location: judgement.subject.name, evidence: ["coverage": .number(best)])
    ]
  }
}
