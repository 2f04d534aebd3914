package import Fingerprint

/// Matrices whose values were set to zero or left as they were, and nothing else.
package enum ZeroedValues {
  /// Changed values from which that is no accident.
  private static let leastValues = 8

  /// Indices into the subject's tensors.
  package static func tensors(
    of subject: ModelFingerprint, in comparison: ReferenceComparison
  ) -> Set<Int> {
    Set(
      SampledMatrix.all(of: subject, in: comparison).filter { matrix in
        let changed = zip(matrix.before, matrix.after).filter { $0 != $1 }
        return changed.count >= leastValues && changed.allSatisfy { $0.1 == 0 }
      }.map(\.index))
  }
}
