package import Fingerprint
import Load

/// Compares a subject with references.
package enum Comparer {
  /// Draws the random rotations of the test on circuits, which takes a processor some 30 ms: callers
  /// that have nothing to compare yet do so meanwhile.
  package static func prepare() { SubjectCircuits.prepare() }

  /// A subject and one reference.
  package static func compare(
    _ subject: ModelFingerprint, with reference: ModelFingerprint, id: String
  ) -> ReferenceComparison {
    compare(subject, with: [(id, reference)], settlesEarly: false, threads: 1)[0]
  }

  /// A subject and some references, in their order.
  ///
  /// - Parameter settlesEarly: whether clear strangers make do with a quarter of the draws, which
  ///   moves their z by an eighth.
  /// - Complexity: for a pair of 7B-class fingerprints about 20 ms without circuits and 60 ms with
  ///   them, and 0.2 s for the subject.
  package static func compare(
    _ subject: ModelFingerprint, with references: [(id: String, fingerprint: ModelFingerprint)],
    settlesEarly: Bool, threads: Int
  ) -> [ReferenceComparison] {
    let mine = SubjectCircuits(subject)
    var circuits = Concurrent.map(references.count, threads: threads) {
      CircuitComparison(mine, reference: references[$0].fingerprint)
    }
    mine.draw(&circuits, settlesEarly: settlesEarly, threads: threads)
    let drawn = circuits
    let comparisons = Concurrent.map(references.count, threads: threads) { index in
      compare(
        subject, with: references[index].fingerprint, id: references[index].id,
        circuits: drawn[index]?.finish())
    }
    let common = ThirdParties(subject, comparisons).holders
    return common.isEmpty ? comparisons : comparisons.map { without($0, common, subject) }
  }

  /// From this z on, what is left without a third party's tensors shows descent by itself.
  private static let descentZ = 6.0

  /// A comparison without the tensors of third parties, unless the rest shows descent all the same.
  private static func without(
    _ comparison: ReferenceComparison, _ common: [TensorDigest: [String]],
    _ subject: ModelFingerprint
  ) -> ReferenceComparison {
    let indices = comparison.linear.equal.filter { common[subject.tensors[$0].digest] != nil }
    guard !indices.isEmpty, (comparison.circuits?.z ?? 0) < descentZ else { return comparison }
    var result = comparison
    for index in indices { result.pairs[index] = nil }
    let correspondence = Correspondence(subject: subject, reference: comparison.fingerprint)
    result.linear = LinearTest(correspondence: correspondence, pairs: result.pairs).evidence()
    guard result.linear.z < descentZ, result.linear.equal.isEmpty,
      result.linear.units.allSatisfy({ $0.z < descentZ })
    else { return comparison }
    result.common = indices.map { index in
      ReferenceComparison.Common(
        tensor: subject.tensors[index].name,
        holders: common[subject.tensors[index].digest]?.count ?? 0)
    }
    return result
  }

  /// The circuits of two models, if they compare.
  static func circuits(
    _ subject: ModelFingerprint, _ reference: ModelFingerprint
  ) -> CircuitEvidence? {
    let mine = SubjectCircuits(subject)
    var comparisons = [CircuitComparison(mine, reference: reference)]
    mine.draw(&comparisons, settlesEarly: true, threads: 1)
    return comparisons[0]?.finish().evidence
  }

  private static func compare(
    _ subject: ModelFingerprint, with reference: ModelFingerprint, id: String,
    circuits: (evidence: CircuitEvidence, layers: [LayerSimilarity])?
  ) -> ReferenceComparison {
    let correspondence = Correspondence(subject: subject, reference: reference)
    var pairs = correspondence.pairs()
    let linear = LinearTest(correspondence: correspondence, pairs: pairs).evidence()
    var layers: [LayerSimilarity] = []
    for stack in LayerStacks(subject: subject, reference: reference).pairs {
      let linearLayers = LinearLayers(correspondence: correspondence).similarity(
        subject: stack.subject, reference: stack.reference)
      let circuitLayers = circuits?.layers.first { $0.component == stack.subject }
      guard var merged = linearLayers ?? circuitLayers else { continue }
      if let circuitLayers, circuitLayers.subjectLayers == merged.subjectLayers,
        circuitLayers.referenceLayers == merged.referenceLayers
      {
        merged.circuits = circuitLayers.circuits
        merged.circuitsZ = circuitLayers.circuitsZ
      }
      layers.append(merged)
      pairs = correspondence.aligned(pairs, to: merged, component: stack.reference)
    }
    return ReferenceComparison(
      id: id, fingerprint: reference, pairs: pairs, linear: linear, circuits: circuits?.evidence,
      layers: layers)
  }
}
