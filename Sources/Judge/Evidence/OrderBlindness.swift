import Compare
import Fingerprint

/// References against which a copy whose units stand in another order, or are scaled against each other,
/// would not be seen.
///
/// The numbers in place do not survive that, and circuits, which do, are those of language models. What
/// "nothing was found" is worth then is for the policy to say (SCM6003).
enum OrderBlindness {
  /// Those that enough of the subject could be compared with for "nothing was found", and in place only.
  ///
  /// That units do not line up clears nobody of a language model: its residual stream may be turned besides.
  static func references(
    _ evidence: [ReferenceEvidence], of subject: ModelFingerprint
  ) -> [ReferenceEvidence] {
    guard subject.circuits.isEmpty, Judgeability.hasMatrices(subject) else { return [] }
    return evidence.filter {
      $0.comparison.linear.coverage >= Calibration.inconclusiveCoverage && !$0.isSignificant
        && !($0.comparison.isUnitsCompared && $0.comparison.fingerprint.circuits.isEmpty)
    }
  }

  /// Ids of those, and of the references that were only screened, by numbers in place.
  static func names(
    _ evidence: [ReferenceEvidence], screened: [String], of subject: ModelFingerprint
  ) -> [String] {
    guard subject.circuits.isEmpty, Judgeability.hasMatrices(subject) else { return [] }
    return (references(evidence, of: subject).map(\.comparison.id) + screened).sorted()
  }
}
