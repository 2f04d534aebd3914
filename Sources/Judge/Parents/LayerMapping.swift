import Compare
import Fingerprint

/// Which reference layer each subject layer comes from.
struct LayerMapping {
  let component: String
  let pairs: [LayerPair]
  /// Numbers of the reference's layers, as it counts them.
  let referenceNumbers: [Int]

  init?(_ similarity: LayerSimilarity) {
    guard let counterparts = similarity.counterparts else { return nil }
    component = similarity.component
    referenceNumbers = similarity.referenceLayers
    pairs = zip(similarity.subjectLayers, counterparts).map { layer, counterpart in
      LayerPair(
        subject: layer, reference: counterpart.reference, similarity: counterpart.similarity)
    }
  }

  /// The mapping of the component with most layers.
  static func main(_ comparison: ReferenceComparison) -> LayerMapping? {
    comparison.layers.compactMap { LayerMapping($0) }
      .max { $0.pairs.count < $1.pairs.count }
  }

  /// Layers of the subject that have a counterpart.
  var mappedSubjects: Set<Int> {
    Set(pairs.lazy.filter { $0.reference != nil }.map(\.subject))
  }

  var referenceLayers: Int { referenceNumbers.count }
  var mapped: [Int] { pairs.compactMap(\.reference) }
  var isIdentity: Bool { pairs.allSatisfy { $0.reference == $0.subject } }
}
