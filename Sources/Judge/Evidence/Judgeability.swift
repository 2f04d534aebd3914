import Fingerprint

/// Whether H₀ describes a model at all.
enum Judgeability {
  /// A network with a single weight matrix (a linear or logistic regression) has a convex loss:
  /// independent trainings end at the same weights, so likeness says nothing about descent.
  static func hasMatrices(_ subject: ModelFingerprint) -> Bool {
    subject.tensors.count { $0.matrix != nil && $0.isEvidence } >= 2
  }

  /// Whether most of a model's weights were decoded: only then does finding nothing say something.
  static func isDecoded(_ model: ModelFingerprint) -> Bool {
    model.undecodedShare <= Calibration.undecodedShare
  }

  /// Whether what was found in a subject can be said of the model: most of it was decoded, or of its
  /// layers so much that packed tensors beside them, which anybody can add, do not matter.
  static func canBeJudged(_ subject: ModelFingerprint) -> Bool {
    hasMatrices(subject)
      && (isDecoded(subject)
        || subject.tensors.count { $0.isLayerEvidence } >= Calibration.layerMatrices)
  }
}

extension TensorFingerprint {
  /// A matrix of a known role inside a layer.
  fileprivate var isLayerEvidence: Bool { layer != nil && matrix != nil && isUnitEvidence }
}
