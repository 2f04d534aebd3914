import Compare
import Fingerprint

/// References against which a copy whose units stand in another order, or are scaled against each other,
/// would not be seen.
///
/// The numbers in place do not survive that, and circuits, which do, are those of language models. What
/// "nothing was found" is worth then is for the policy to say (SCM6003).
enum OrderBlindness {
  /// Those that enough of the subject could be compared with for "nothing was found", and in place only, those
  /// of which it may be a copy with more units or fewer, and those that would fit into parts of it of which no
  /// circuits are made.
  ///
  /// That units do not line up clears nobody of a language model: its residual stream may be turned besides.
  static func references(
    _ evidence: [ReferenceEvidence], of subject: ModelFingerprint
  ) -> [ReferenceEvidence] {
    guard Judgeability.hasMatrices(subject) else { return [] }
    let parts = UnanchoredParts(subject)
    return evidence.filter {
      guard isOpen($0) else { return false }
      let reference = $0.comparison.fingerprint
      return subject.circuits.isEmpty
        && ($0.comparison.linear.coverage >= Calibration.inconclusiveCoverage
          || reference.circuits.isEmpty && UnequalWidths.mayHide(subject, reference))
        || parts.hide(reference)
    }
  }

  /// Those that would fit into what the parents of a subject leave of such parts.
  static func references(
    _ evidence: [ReferenceEvidence], of subject: ModelFingerprint, leftBy parents: [ParentContext]
  ) -> [ReferenceEvidence] {
    let rest = UnanchoredParts(subject) { index in
      parents.allSatisfy { !$0.statuses[index].isCounterpart }
    }
    return evidence.filter { isOpen($0) && rest.hide($0.comparison.fingerprint) }
  }

  private static func isOpen(_ evidence: ReferenceEvidence) -> Bool {
    let comparison = evidence.comparison
    return !evidence.isSignificant
      && !(comparison.isUnitsCompared && comparison.fingerprint.circuits.isEmpty)
  }

  /// Ids of those, and of the references that were only screened, by numbers in place.
  static func names(
    _ evidence: [ReferenceEvidence], screened: [String], of subject: ModelFingerprint
  ) -> [String] {
    guard Judgeability.hasMatrices(subject) else { return [] }
    return
      (references(evidence, of: subject).map(\.comparison.id)
      + (subject.circuits.isEmpty ? screened : [])).sorted()
  }
}
