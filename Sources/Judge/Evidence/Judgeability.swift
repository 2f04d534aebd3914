import Fingerprint

/// Whether H₀ describes a model at all.
enum Judgeability {
  /// A network with a single weight matrix (a linear or logistic regression) has a convex loss:
  /// independent trainings end at the same weights, so likeness says nothing about descent.
  static func canBeJudged(_ subject: ModelFingerprint) -> Bool {
    subject.tensors.count { $0.matrix != nil && $0.isEvidence } >= 2
  }
}
