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
    DenseMatrix.useOneThread()
    let mine = SubjectCircuits(subject)
    var circuits = Concurrent.map(references.count, threads: threads) {
      CircuitComparison(mine, reference: references[$0].fingerprint)
    }
    mine.draw(&circuits, settlesEarly: settlesEarly, threads: threads)
    let drawn = circuits
    return Concurrent.map(references.count, threads: threads) { index in
      compare(
        subject, with: references[index].fingerprint, id: references[index].id,
        circuits: drawn[index]?.finish())
    }
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
