import Compare
import Fingerprint

/// The parts of a subject that are a reference's by themselves: learned tensors with equal bytes, and
/// units (an embedding, a head, a layer) that keep enough of one of the reference's.
struct Parts {
  /// Of the strongest, corrected for the number of units; nil if nothing was compared by unit.
  let log10P: Double?
  let names: [String]
  /// Whether they are enough of the model, and learned enough, to make the reference a parent.
  let isSubstantial: Bool

  init(_ evidence: LinearEvidence, _ subject: ModelFingerprint) {
    let units = evidence.units.filter { $0.cosine >= Calibration.unitCosine }
    let count = evidence.units.count.log10OfChoices
    let strongest = units.map(\.z).max().map { min(0, NormalTail.log10P($0) + count) }
    log10P = evidence.equal.isEmpty ? strongest : Calibration.smallestLog10P
    let clear = units.filter {
      NormalTail.log10P($0.z) + count <= Calibration.significantLog10P
    }
    let equal = evidence.equal.map { subject.tensors[$0] }
    // Equal tensors of a clear unit are counted with it.
    let keys = Set(clear.map(\.key))
    let alone = equal.filter { !keys.contains(UnitKey($0)) }
    let total = zip(subject.tensors, subject.liveCounts).reduce(0) {
      $0 + ($1.0.isBuffer ? 0 : $1.1)
    }
    let part =
      clear.reduce(0) { $0 + $1.parameters } + alone.reduce(0) { $0 + $1.elementCount }
    names = clear.map(\.key.name) + alone.map(\.name)
    isSubstantial = Double(part) >= Calibration.partShare * Double(max(total, 1)) && part > 0
  }
}
