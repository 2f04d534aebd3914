import Canonicalise
import Compare
import Fingerprint
import Load

/// A subject and one of its parents, as the change rules see them.
struct ParentContext {
  let subject: ModelFingerprint
  let comparison: ReferenceComparison
  let layerMap: LayerMapping?
  /// What became of each subject tensor.
  let statuses: [TensorStatus]
  /// Subject tensors with a counterpart, and that counterpart.
  let matched: [(index: Int, tensor: TensorFingerprint, other: TensorFingerprint, pair: TensorPair)]

  /// Noise that was added to one of the two.
  let noise: AddedNoise?
  /// Single values that the subject has of this parent, or left as this parent has them.
  let mask: ElementMask?
  /// Subject tensors of which every value seen is the parent's or zero.
  let zeroed: Set<Int>
  /// Batch norms of the reference that are in the subject's kernels.
  let folds: FoldedNorms
  /// How its matrices became the subject's quantised ones; nil where nobody looked.
  var rounding: [MatrixRounding]?

  var reference: ModelFingerprint { comparison.fingerprint }

  /// - Parameter relatives: other references of the subject's kin, the parent itself among them or not.
  init(
    subject: ModelFingerprint, comparison: ReferenceComparison,
    relatives: [ReferenceComparison] = []
  ) {
    let folds = FoldedNorms(subject: subject, comparison: comparison)
    let biases = SummedBiases(subject: subject, comparison: comparison)
    let comparison = biases.applied(to: folds.applied(to: comparison))
    self.subject = subject
    self.comparison = comparison
    self.folds = folds
    noise = AddedNoise(subject: subject, comparison: comparison)
    zeroed = ZeroedValues.tensors(of: subject, in: comparison)
    mask = Self.mask(subject, comparison, relatives: relatives)
    layerMap = LayerMapping.main(comparison)
    let statuses = subject.tensors.indices.map { index in
      TensorStatus(
        subject.tensors[index], pair: comparison.pairs[index], reference: comparison.fingerprint)
    }
    self.statuses = statuses
    matched = subject.tensors.indices.compactMap { index in
      guard statuses[index].isCounterpart, let pair = comparison.pairs[index] else { return nil }
      let other = comparison.fingerprint.tensors[pair.reference]
      return (index, subject.tensors[index], other, pair)
    }
  }

  /// The one that says most of the values, the parent as donor before the parent as base.
  private static func mask(
    _ subject: ModelFingerprint, _ parent: ReferenceComparison, relatives: [ReferenceComparison]
  ) -> ElementMask? {
    let others = relatives.filter { $0.id != parent.id }
    func most(_ masks: [ElementMask]) -> ElementMask? {
      masks.max { ($0.unchanged + $0.taken) < ($1.unchanged + $1.taken) }
    }
    let asDonor = others.compactMap { ElementMask(subject: subject, base: $0, donor: parent) }
    if let mask = most(asDonor) { return mask }
    return most(others.compactMap { ElementMask(subject: subject, base: parent, donor: $0) })
  }

  /// What undoing a disguise showed, if there was one, or if the subject is narrower: then the
  /// numbers in place say less than the aligned ones.
  var recovered: Recovery? {
    guard let recovery = comparison.recovery,
      !recovery.transformations.isEmpty || recovery.derivedShare > retained
    else { return nil }
    return recovery
  }

  private var retained: Double { Retention.share(subject, comparison) }

  /// Share of the subject's evidence-bearing parameters that satisfy a condition, without those of units that
  /// put out what nothing takes.
  func share(where condition: (Int) -> Bool) -> Double {
    var (part, total) = (0, 0)
    let counts = subject.liveCounts
    for (index, tensor) in subject.tensors.enumerated() where tensor.isEvidence {
      total += counts[index]
      if condition(index) { part += counts[index] }
    }
    return total > 0 ? Double(part) / Double(total) : 0
  }
}

/// What became of a tensor on the way from reference to subject.
package enum TensorStatus: String, Sendable, CaseIterable, Codable {
  case identical
  case reencoded
  case modified
  case new
  /// Too small, or of too few directions, for even a copy to be told from chance: neither the
  /// reference's nor new.
  case untested = "not-tested"

  /// Whether the tensor is known to be what became of its counterpart.
  var isCounterpart: Bool {
    switch self {
    case .identical, .reencoded, .modified: true
    case .new, .untested: false
    }
  }

  init(_ tensor: TensorFingerprint, pair: TensorPair?, reference: ModelFingerprint) {
    guard let pair else {
      self = .new
      return
    }
    let other = reference.tensors[pair.reference]
    if pair.match == .equal {
      self = .identical
    } else if pair.relativeChange
      <= (tensor.elementType == other.elementType
        ? Calibration.sameNumbers : Rounding.floor(tensor, other))
    {
      self = .reencoded
    } else if QuantiseRule.quantised(tensor, other), pair.cosine >= QuantiseRule.minimumCosine {
      self = .reencoded
    } else if pair.largestZ < Calibration.matrixZ {
      self = .untested
    } else if tensor.matrix == nil {
      self = pair.match == .place && pair.cosine >= Calibration.vectorCosine ? .modified : .new
    } else {
      self = pair.z >= Calibration.matrixZ ? .modified : .new
    }
  }
}

/// What storing numbers in a type does to them.
enum Rounding {
  /// 2^−p for p bits of precision: half a unit in the last place of a number just above a power of 2,
  /// relative to it.
  static func unit(_ type: ElementType) -> Double { unit(significandBits: type.significandBits) }

  private static func unit(significandBits bits: Int) -> Double {
    Double(sign: .plus, exponent: -bits, significand: 1)
  }

  /// The same of the numbers of a tensor: of codes on an even grid, the root mean square of half a
  /// step, relative to that of the numbers.
  ///
  /// The largest of them bounds the step.
  static func unit(_ tensor: TensorFingerprint) -> Double {
    switch tensor.precision {
    case .significand(let bits): return unit(significandBits: bits)
    case .grid(let bits, _):
      let moments = tensor.moments
      let size = moments.frobeniusNorm / Double(max(moments.count, 1)).squareRoot()
      guard size > 0 else { return 0 }
      let levels = Double(sign: .plus, exponent: bits, significand: 1) - 1
      return min(1, 2 * moments.absoluteMaximum / levels / Double(12).squareRoot() / size)
    }
  }

  /// Relative change that rounding to the coarser of two types explains: half a unit in the last
  /// place at most, 2^−p for p bits of precision.
  static func floor(_ a: TensorFingerprint, _ b: TensorFingerprint) -> Double {
    max(unit(a), unit(b))
  }
}
