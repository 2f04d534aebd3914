import Compare
import Fingerprint

/// How much of the subject a reference explains.
enum Retention {
  /// Parameter-weighted share of variance explained, over all of the subject's parameters that are not those
  /// of units that put out what nothing takes.
  static func share(_ subject: ModelFingerprint, _ comparison: ReferenceComparison) -> Double {
    interval(subject, comparison, open: [:]).value
  }

  /// The share with its 99 % interval, from the sampling variance of each sketch's cosine.
  ///
  /// A cosine r of a sketch with v⁻¹ degrees of freedom has variance (1 − r²)² v, so r² has
  /// (1 − r²)² (4 r² v + 2 v²); tensors are taken as independent, times the inflation of sums over them.
  /// What was too small to be tested may be the reference's or not, and so may what resembles some tensor
  /// of it by less than chance allows, and layers without a counterpart: the interval leaves room for both.
  static func interval(
    _ subject: ModelFingerprint, _ comparison: ReferenceComparison
  ) -> (value: Double, low: Double, high: Double) {
    interval(subject, comparison, open: openLayers(comparison))
  }

  /// Layers that go with none of the reference's, and whether it was tested what they compute: numbers alone do
  /// not see a layer whose units stand in another order.
  private static func openLayers(_ comparison: ReferenceComparison) -> [LayerKey: Bool] {
    comparison.layers.reduce(into: [:]) { open, similarity in
      for pair in LayerMapping(similarity)?.pairs ?? [] where pair.reference == nil {
        open[LayerKey(component: similarity.component, layer: pair.subject)] =
          similarity.circuitsZ != nil
      }
    }
  }

  private struct LayerKey: Hashable {
    var component: String
    var layer: Int
  }

  /// Share of a tensor that may be the reference's in a layer that goes with none of it: what its cosine would have
  /// to reach to be noticed.
  private static func unseenShare(_ tensor: TensorFingerprint, isTested: Bool) -> Double {
    guard isTested, let matrix = tensor.matrix else { return 1 }
    let freedom = [matrix.rows, matrix.columns].reduce(1.0) {
      $0 * Double(max(1, min(LinearSketch.side, $1) - 1))
    }
    return min(1, Calibration.unitZ * Calibration.unitZ / freedom)
  }

  private static func interval(
    _ subject: ModelFingerprint, _ comparison: ReferenceComparison, open: [LayerKey: Bool]
  ) -> (value: Double, low: Double, high: Double) {
    var (sum, variance, total) = (0.0, 0.0, 0.0)
    var (doubtBelow, doubtAbove) = (0.0, 0.0)
    let counts = subject.liveCounts
    for (index, tensor) in subject.tensors.enumerated() {
      guard tensor.isEvidence else { continue }
      let weight = Double(counts[index])
      total += weight
      let isTested = tensor.layer.flatMap {
        open[LayerKey(component: tensor.component, layer: $0)]
      }
      let unseen = isTested.map { unseenShare(tensor, isTested: $0) }
      guard let pair = comparison.pairs[index] else {
        doubtAbove += weight * (unseen ?? 0)
        continue
      }
      let share = retained(tensor, pair)
      sum += weight * share
      switch TensorStatus(tensor, pair: pair, reference: comparison.fingerprint) {
      case .untested:
        doubtBelow += weight * share
        doubtAbove += weight * (1 - share)
      case .identical: break
      case .reencoded, .modified, .new:
        doubtAbove += weight * max(0, pair.retainedShare - share, (unseen ?? 0) - share)
        let v = pair.nullVariance
        variance += weight * weight * (1 - share) * (1 - share) * (4 * share * v + 2 * v * v)
      }
    }
    guard total > 0 else { return (0, 0, 0) }
    let (value, deviation) = (
      sum / total, variance.squareRoot() / total * LinearEvidence.sumInflation
    )
    // What was not decoded may be all of the reference's, or nothing of it.
    let hidden = subject.tensors.reduce(0.0) { $0 + ($1.isUndecoded ? Double($1.elementCount) : 0) }
    let slack = Calibration.confidenceDeviations * deviation
    return (
      value, max(0, value - slack - doubtBelow / total) * total / (total + hidden),
      min(1, (min(1, value + slack + doubtAbove / total) * total + hidden) / (total + hidden))
    )
  }

  /// Share of one tensor: r² less what chance explains; a vector at the same place is too short to
  /// tell chance from descent beyond its null variance.
  static func retained(_ tensor: TensorFingerprint, _ pair: TensorPair) -> Double {
    pair.match == .likeness && pair.z < Calibration.unitZ ? 0 : pair.retainedShare
  }

  /// Mean share of the matrices and products of layers whose disguise was undone, less what choosing
  /// counterparts explains by chance; nil where none was measured.
  static func share(alignedLayers layers: [Recovery.Layer]) -> Double? {
    let shares = layers.flatMap { layer in
      Recovery.Part.allCases.compactMap { part in
        layer.explained[part].map { max(0, $0 - (layer.chance[part] ?? 0)) }
      }
    }
    return shares.isEmpty ? nil : min(1, shares.reduce(0, +) / Double(shares.count))
  }
}
