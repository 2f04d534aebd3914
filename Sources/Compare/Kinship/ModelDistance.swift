package import Fingerprint

/// How far a subject is from a relative, over the matrices that both have in the same place and size.
package struct ModelDistance: Sendable, Equatable {
  /// ‖B − A‖² / ‖A‖², from sketches.
  package var square: Double
  /// Share of the subject's matrices, by elements, that the figure rests on, 0…1.
  package var coverage: Double

  /// ‖B − A‖ / ‖A‖.
  package var relative: Double { square.squareRoot() }

  package init(square: Double, coverage: Double) {
    (self.square, self.coverage) = (square, coverage)
  }

  /// Nil without a matrix in common.
  package init?(_ subject: ModelFingerprint, _ relative: ReferenceComparison) {
    var (change, norm) = (0.0, 0.0)
    var (matched, total) = (0, 0)
    for (position, tensor) in subject.tensors.enumerated() where tensor.matrix != nil {
      total += tensor.elementCount
      guard let pair = relative.pairs[position] else { continue }
      let other = relative.fingerprint.tensors[pair.reference]
      guard tensor.elementCount == other.elementCount, other.moments.isFinite else { continue }
      let square = other.moments.frobeniusNorm * other.moments.frobeniusNorm
      change += pair.relativeChange * pair.relativeChange * square
      norm += square
      matched += tensor.elementCount
    }
    guard norm > 0, change.isFinite else { return nil }
    square = change / norm
    coverage = Double(matched) / Double(max(total, 1))
  }
}
