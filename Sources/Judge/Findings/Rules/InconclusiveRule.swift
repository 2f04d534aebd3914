import Canonicalise
import Compare
import Fingerprint
import Load

/// SCM6003: of the model, or of what its parents leave of it, nothing can be said of descent, or only of
/// copies in place, and the policy does not let that pass.
enum InconclusiveRule: FindingRule {
  static func findings(_ context: FindingContext) -> [Finding] {
    let level: Finding.Level
    switch context.policy.inconclusive {
    case .pass: return []
    // It says nothing against the model: that the run ends with status 2 is for those who ran it.
    case .stop: level = .info
    case .warn: level = .warning
    case .fail: level = .error
    }
    let unread = context.modelsNotLookedAt
    guard unread.isEmpty else { return [context.finding(.modelsNotLookedAt(unread), level)] }
    let relation = context.judgement.verdict.relation
    let broken = context.subject.identity.problems(.brokenWeights).map(\.subject)
    if relation != .inconclusive, !broken.isEmpty {
      return [context.finding(.brokenWeights(files: broken), level)]
    }
    switch relation {
    case .inconclusive: break
    case .noEvidence:
      let names = OrderBlindness.names(
        context.evidence,
        screened: context.judgement.candidates.filter(\.isScreened).map(\.reference),
        of: context.subject)
      return names.isEmpty ? [] : [context.finding(.blindToOrder(references: names), level)]
    default:
      let hidden = context.hiddenEmbeddings
      guard hidden.isEmpty else {
        return [context.finding(.sharedSpectrum(references: hidden), level)]
      }
      if let share = context.hiddenShare {
        return [context.finding(.undescribedRest(share: share), level)]
      }
      let fitting = OrderBlindness.references(
        context.evidence, of: context.subject, leftBy: context.contexts
      ).map(\.comparison.id).sorted()
      return fitting.isEmpty ? [] : [context.finding(.unanchoredPart(references: fitting), level)]
    }
    if case .adapterAlone(let declared) = context.judgement.verdict.statement {
      return [context.finding(.adapterAlone(declared: declared), level)]
    }
    return [context.finding(.inconclusive(context.policy.inconclusive), level)]
  }
}

extension FindingContext {
  /// The prefixes of whole models beside the one that a quick look reads.
  fileprivate var modelsNotLookedAt: [String] {
    guard subject.isOfQuickLook else { return [] }
    return Set(subject.components.compactMap { WrappedComponent($0).prefix }).sorted()
  }

  /// References of which nothing was found, though an embedding of the subject has the singular values of
  /// theirs.
  fileprivate var hiddenEmbeddings: [String] {
    evidence.filter {
      !$0.isSignificant
        && Judgeability.sharesSpectrum(subject, with: $0.comparison.fingerprint)
    }.map(\.comparison.id).sorted()
  }

  /// Share of what no parent explains and whose part in the network nothing tells, where it may hide a reference.
  var hiddenShare: Double? {
    let rest = undescribedRest
    return evidence.lazy.map(\.comparison.fingerprint).filter(rest.hides)
      .map(rest.share(hiding:)).max()
  }

  /// What no parent explains and whose part in the network nothing tells, where a reference has circuits: a
  /// copy of it in another basis would not be seen there.
  var undescribedRest: Judgeability.Undescribed {
    guard evidence.contains(where: { !$0.comparison.fingerprint.circuits.isEmpty }) else {
      return Judgeability.Undescribed()
    }
    return Judgeability.undescribed(subject) { index in
      contexts.allSatisfy { !$0.statuses[index].isCounterpart }
    }
  }
}
