import Canonicalise
import Compare
import Fingerprint
import Foundation

/// One reference's evidence as a p-value and an effect size.
struct ReferenceEvidence {
  let comparison: ReferenceComparison
  /// Strongest of the tests, corrected for their number and for the number of references.
  let log10P: Double
  /// Parameter-weighted share of the subject's variance that the reference explains, 0…1.
  let retainedShare: Double
  /// Whether the p-value admits a verdict, and the effect behind it is large enough to be one.
  let isSignificant: Bool

  init(
    _ comparison: ReferenceComparison, subject: ModelFingerprint, references: Int,
    cohort: CohortScale
  ) {
    self.comparison = comparison
    let linear = NormalTail.log10P(comparison.linear.z / cohort.linear)
    let circuits = comparison.circuits.map { NormalTail.log10P($0.z / cohort.circuits) }
    let unit = Self.unitLog10P(comparison, subject: subject)
    let tests = [linear, circuits, unit].compactMap(\.self)
    let correction = Double(tests.count * max(references, 1)).log10
    func corrected(_ log10P: Double) -> Double {
      min(0, max(Calibration.smallestLog10P, log10P + correction))
    }
    log10P = corrected(tests.min() ?? 0)
    retainedShare = Retention.share(subject, comparison)
    // Twins of one recipe share a little function (a mean of 0.03 was seen), which a deep model can
    // make significant: circuits speak only from the effect on that descent leaves.
    let numbers = corrected(min(linear, unit ?? 0))
    let function = corrected(circuits ?? 0)
    let isSeen = Judgeability.isDecoded(comparison.fingerprint)
    isSignificant =
      isSeen
      && (numbers <= Calibration.significantLog10P
        || function <= Calibration.significantLog10P
          && comparison.circuits?.mean ?? 0 >= Calibration.circuitMean)
  }

  /// Whether more is shared than a common initialisation leaves.
  var sharesTraining: Bool {
    isSignificant
      && (retainedShare >= Calibration.derivedShare
        || circuitMean ?? 0 >= Calibration.circuitMean)
  }

  var circuitMean: Double? { comparison.circuits?.mean }

  /// What references are ranked by: the share explained, by whichever evidence sees more of it.
  ///
  /// A circuit is of second degree in the weights, so its cosine compares with a share.
  var strength: Double { max(retainedShare, circuitMean ?? 0) }

  /// Strongest unit of known roles, corrected for the number of units: a model may have taken only
  /// an embedding or a layer.
  private static func unitLog10P(
    _ comparison: ReferenceComparison, subject: ModelFingerprint
  ) -> Double? {
    var units: [UnitKey: (z: Double, count: Int)] = [:]
    for (index, tensor) in subject.tensors.enumerated() {
      guard tensor.matrix != nil, tensor.isUnitEvidence, let pair = comparison.pairs[index] else {
        continue
      }
      let chosen = pair.match == .likeness ? Double(subject.tensors.count).log10 : 0
      let z = chosen > 0 ? max(0, pair.z - 1.5 * chosen) : pair.z
      let key = UnitKey(tensor)
      units[key] = ((units[key]?.z ?? 0) + z, (units[key]?.count ?? 0) + 1)
    }
    let best = units.values.map { $0.z / Double($0.count).squareRoot() / LinearInflation.sum }.max()
    return best.map { min(0, NormalTail.log10P($0) + Double(units.count).log10) }
  }
}

/// Inflation of sums over tensors that share a basis (method, section 4).
enum LinearInflation {
  static let sum = 1.7
}

extension TensorFingerprint {
  /// Whether a match of this tensor alone says something: its role is known, and its rows or columns
  /// are coordinates that a random initialisation chose.
  var isUnitEvidence: Bool {
    switch role {
    case .unknown, .constant, .positionEmbedding, .tokenTypeEmbedding, .relativePositionBias,
      .router, .denseKernel, .convolutionKernel, .recurrentInputKernel, .recurrentStateKernel:
      false
    default: isEvidence
    }
  }
}

/// How much wider than the theory the subject's own null is, measured on references of other
/// lineage; never below 1.
struct CohortScale: Equatable {
  var linear = 1.0
  var circuits = 1.0
  /// References it was measured on.
  var references = 0

  /// - Parameter comparisons: all references. Those beyond z = 5 are taken for relatives and left
  ///   out; with fewer than `Calibration.cohortSize` others the theory stands.
  init(_ comparisons: [ReferenceComparison]) {
    let strangers = comparisons.filter { $0.linear.z < 5 && ($0.circuits?.z ?? 0) < 5 }
    guard strangers.count >= Calibration.cohortSize else { return }
    references = strangers.count
    linear = Self.scale(strangers.filter { $0.linear.test != .none }.map(\.linear.z))
    circuits = Self.scale(strangers.compactMap { $0.circuits?.z })
  }

  private static func scale(_ values: [Double]) -> Double {
    guard values.count >= Calibration.cohortSize else { return 1 }
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    return max(1, square.squareRoot())
  }
}

extension Double {
  var log10: Double { self > 0 ? Foundation.log10(self) : 0 }
}
