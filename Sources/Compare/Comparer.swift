package import Fingerprint

/// Compares a subject with references, one at a time.
package enum Comparer {
  /// - Complexity: about 20 ms for a pair of 7B-class fingerprints without circuits; the randomised
  ///   circuit test adds about half a second.
  package static func compare(
    _ subject: ModelFingerprint, with reference: ModelFingerprint, id: String
  ) -> ReferenceComparison {
    DenseMatrix.useOneThread()
    let correspondence = Correspondence(subject: subject, reference: reference)
    let pairs = correspondence.pairs()
    let linear = LinearTest(correspondence: correspondence, pairs: pairs).evidence()
    let circuits = CircuitComparison(subject: subject, reference: reference).run()
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
    }
    return ReferenceComparison(
      id: id, fingerprint: reference, pairs: pairs, linear: linear, circuits: circuits?.evidence,
      layers: layers)
  }
}
