import Canonicalise
package import Fingerprint
import Load

/// A matrix of the subject that was changed, and its counterpart, in single values.
struct SampledMatrix {
  /// Of the subject's tensor.
  let index: Int
  let parameters: Int
  let shorterSide: Int
  /// The counterpart's values and the subject's, in the same places; finite ones only.
  let before: [Double]
  let after: [Double]
  /// Distance of neighbouring numbers of the coarser type, at each value of `before`.
  let spacing: [Double]
  /// Standard deviation of the counterpart.
  let deviation: Double
  /// Whether one of the two lies on a grid.
  let isOnGrid: Bool
  /// The sketch of the change.
  let sketch: [Double]

  var change: [Double] { zip(after, before).map { $0 - $1 } }

  /// Root mean square of the change; 0 where no value changed.
  var size: Double {
    let square = change.reduce(0) { $0 + $1 * $1 }
    return before.isEmpty ? 0 : (square / Double(before.count)).squareRoot()
  }

  /// Nil where the two are equal byte for byte, do not line up, or one has no values.
  init?(_ index: Int, of subject: ModelFingerprint, in comparison: ReferenceComparison) {
    guard let pair = comparison.pairs[index], pair.match != .equal,
      pair.match != .likeness || pair.z >= Correspondence.likenessZ
    else { return nil }
    let tensor = subject.tensors[index]
    let other = comparison.fingerprint.tensors[pair.reference]
    guard tensor.isEvidence, other.isEvidence, tensor.encoding == nil, other.encoding == nil,
      let mine = tensor.matrix, let their = other.matrix, let new = tensor.sample,
      let stored = other.sample
    else { return nil }
    let theirs = pair.transposed ? their.transposed : their
    guard theirs.rows == mine.rows, theirs.columns == mine.columns else { return nil }
    let old =
      pair.transposed ? stored.transposed(rows: their.rows, columns: their.columns) : stored
    guard old.values.count == new.values.count else { return nil }
    let bits = min(tensor.elementType.significandBits, other.elementType.significandBits)
    let least = [tensor, other].contains { $0.elementType == .float16 } ? 0x1p-24 : 0
    let finite = zip(old.values, new.values).filter { $0.isFinite && $1.isFinite }
    self.index = index
    parameters = tensor.elementCount
    shorterSide = min(mine.rows, mine.columns)
    before = finite.map { Double($0.0) }
    after = finite.map { Double($0.1) }
    spacing = before.map { value in
      let exponent = value.isNormal ? Int(value.exponent) : -126
      return max(least, Double(sign: .plus, exponent: exponent - bits + 1, significand: 1))
    }
    deviation = other.moments.standardDeviation
    isOnGrid = tensor.grid != nil || other.grid != nil
    sketch = zip(mine.raw, theirs.raw).map { Double($0) - Double($1) }
  }

  /// All of a subject's.
  static func all(
    of subject: ModelFingerprint, in comparison: ReferenceComparison
  ) -> [SampledMatrix] {
    subject.tensors.indices.compactMap { SampledMatrix($0, of: subject, in: comparison) }
  }
}

/// The values of a model's matrices that are a reference's bit for bit, in matrices that changed.
package struct UnchangedValues: Sendable, Equatable {
  /// Weighted by the matrices' parameters, 0…1.
  package var share: Double
  /// Values that were looked at.
  package var values: Int

  /// Nil where no changed matrix has values on both sides.
  package init?(subject: ModelFingerprint, comparison: ReferenceComparison) {
    let matrices = SampledMatrix.all(of: subject, in: comparison).filter { !$0.before.isEmpty }
    let total = matrices.reduce(0.0) { $0 + Double($1.parameters) }
    guard total > 0 else { return nil }
    share =
      matrices.reduce(0.0) { sum, matrix in
        let equal = zip(matrix.before, matrix.after).count { $0 == $1 }
        return sum + Double(matrix.parameters) * Double(equal) / Double(matrix.before.count)
      } / total
    values = matrices.reduce(0) { $0 + $1.before.count }
  }
}
