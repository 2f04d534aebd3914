import Fingerprint

/// Whether H₀ describes a model at all.
enum Judgeability {
  /// A network with a single weight matrix (a linear or logistic regression) has a convex loss:
  /// independent trainings end at the same weights, so likeness says nothing about descent.
  static func hasMatrices(_ subject: ModelFingerprint) -> Bool {
    subject.tensors.count { $0.matrix != nil && $0.isEvidence } >= 2
  }

  /// Whether enough of a model's weights are numbers to us to say where it comes from.
  static func isDecoded(_ model: ModelFingerprint) -> Bool {
    model.undecodedShare <= Calibration.undecodedShare
  }

  static func canBeJudged(_ subject: ModelFingerprint) -> Bool {
    hasMatrices(subject) && isDecoded(subject)
  }
}
