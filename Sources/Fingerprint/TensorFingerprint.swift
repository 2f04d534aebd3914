package import Canonicalise
package import Load

/// What is kept of one canonical tensor.
package struct TensorFingerprint: Sendable, Equatable {
  package var name: String
  package var component: String
  package var role: TensorRole
  package var parameter: ParameterKind
  package var layer: Int?
  package var expert: Int?
  package var elementType: ElementType
  /// Extents as the checkpoint's users know them.
  package var shape: [Int]
  /// Whether the file stores the transpose of the canonical matrix.
  package var storedTransposed: Bool
  /// Identity of the canonical bytes.
  package var digest: TensorDigest
  package var moments: Moments
  package var grid: QuantisationGrid?
  package var sketch: Sketch

  package enum Sketch: Sendable, Equatable {
    /// A matrix in canonical orientation `[out, in]`.
    case matrix(LinearSketch)
    /// A vector: less its mean, whole if it has at most 256 entries, else folded into 256.
    case vector([Float])
    /// Nothing to compare: no elements, or not real numbers.
    case none
  }

  package var elementCount: Int { shape.reduce(1, *) }

  package var matrix: LinearSketch? {
    if case .matrix(let sketch) = sketch { sketch } else { nil }
  }

  package var vector: [Float]? {
    if case .vector(let values) = sketch { values } else { nil }
  }

  /// Whether all values are equal (ones, zeros): such a tensor tells nothing.
  package var isConstant: Bool { moments.standardDeviation == 0 }

  /// Whether equal values could be evidence of descent.
  package var isEvidence: Bool { elementType.isRealNumber && role != .constant && !isConstant }
}
