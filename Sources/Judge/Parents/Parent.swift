import Compare
import Fingerprint

package struct Parent: Sendable, Codable {
  package var reference: String
  /// The licence of the reference, as the corpus or the reference's own files state it.
  package var license: String?
  package var relation: Relation
  /// Weight in a merge; nil where there is one parent.
  package var coefficient: Double?
  package var direction: Direction
  /// Relatives that fit as well; the weights cannot say which it is.
  package var alternatives: [String] = []
  package var log10P: Double
  package var linear: LinearScore
  package var circuits: CircuitScore?
  package var changes: [Change]
  package var layerMap: [LayerPair]
  /// Nil where not all tensors were read.
  package var modification: Modification?
  /// For pictures; not in the JSON report.
  package var layerGrids: [LayerGrid] = []
  /// Shares of the change by direction, largest first; for pictures, not in the JSON report.
  package var changeSpectrum: [Double] = []

  package init(
    reference: String, relation: Relation, coefficient: Double?, direction: Direction,
    log10P: Double, linear: LinearScore, circuits: CircuitScore?, changes: [Change],
    layerMap: [LayerPair], modification: Modification?
  ) {
    self.reference = reference
    self.relation = relation
    self.coefficient = coefficient
    self.direction = direction
    self.log10P = log10P
    self.linear = linear
    self.circuits = circuits
    self.changes = changes
    self.layerMap = layerMap
    self.modification = modification
  }
}

extension Parent {
  /// Names of the units that were taken over from it, where only some were.
  var grafts: [String] {
    for change in changes where change.kind == .componentGraft {
      if case .texts(let names) = change.detail[.units] { return names }
    }
    return []
  }
}

package struct LinearScore: Sendable, Codable {
  /// Parameter-weighted mean cosine over the matched tensors, −1…1.
  package var mean: Double
  package var z: Double
  /// Share of the subject's parameters that linear evidence could speak about, 0…1.
  package var coverage: Double

  package init(mean: Double, z: Double, coverage: Double) {
    self.mean = mean
    self.z = z
    self.coverage = coverage
  }
}

package struct CircuitScore: Sendable, Codable {
  /// Mean cosine over the mapped layers of each circuit, −1…1; nil where the circuit is missing.
  package var ud: Double?
  package var ov: Double?
  package var qk: Double?
  package var gg: Double?
  package var z: Double
  package var coverage: Double

  package init(ud: Double?, ov: Double?, qk: Double?, gg: Double?, z: Double, coverage: Double) {
    self.ud = ud
    self.ov = ov
    self.qk = qk
    self.gg = gg
    self.z = z
    self.coverage = coverage
  }
}

package struct LayerPair: Sendable, Equatable, Codable {
  package var subject: Int
  /// nil: no layer of the reference matches.
  package var reference: Int?
  package var similarity: Double

  package init(subject: Int, reference: Int?, similarity: Double) {
    self.subject = subject
    self.reference = reference
    self.similarity = similarity
  }
}

/// How much of the subject is new, as shares of its parameters (they sum to 1 without `dropped`).
package struct Modification: Sendable, Codable {
  /// Byte-identical tensors.
  package var unchanged: Double
  /// The same values in another number format, or on a quantisation grid.
  package var reencoded: Double
  package var modified: Double
  /// No counterpart in the reference.
  package var new: Double
  /// Too small to be held against a counterpart; nil in records of earlier builds.
  package var untested: Double?
  /// Share of the reference's parameters that have no counterpart in the subject.
  package var dropped: Double
  /// ‖B − A‖ / ‖A‖ over the matched tensors.
  package var relativeChange: Double
  package var derivedShare: Double
  package var derivedShareLow: Double
  package var derivedShareHigh: Double
  package var novelty: Double
  /// Rank of the change, where it is low.
  package var effectiveRank: Int?

  package init(
    unchanged: Double, reencoded: Double, modified: Double, new: Double, untested: Double = 0,
    dropped: Double, relativeChange: Double, derivedShare: Double, derivedShareLow: Double,
    derivedShareHigh: Double, novelty: Double, effectiveRank: Int?
  ) {
    self.unchanged = unchanged
    self.reencoded = reencoded
    self.modified = modified
    self.new = new
    self.untested = untested
    self.dropped = dropped
    self.relativeChange = relativeChange
    self.derivedShare = derivedShare
    self.derivedShareLow = derivedShareLow
    self.derivedShareHigh = derivedShareHigh
    self.novelty = novelty
    self.effectiveRank = effectiveRank
  }
}

extension LinearScore {
  init(_ evidence: LinearEvidence) {
    self.init(mean: evidence.mean, z: evidence.z, coverage: evidence.coverage)
  }
}

extension CircuitScore {
  init(_ evidence: CircuitEvidence, coverage: Double) {
    let means = evidence.means
    self.init(
      ud: means[.ud], ov: means[.ov], qk: means[.qk], gg: means[.gg], z: evidence.z,
      coverage: coverage)
  }
}
