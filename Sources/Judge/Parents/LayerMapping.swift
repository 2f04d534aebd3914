import Compare
import Fingerprint

/// Which reference layer each subject layer comes from.
struct LayerMapping {
  let component: String
  let pairs: [LayerPair]
  /// Number of layers of the reference.
  let referenceLayers: Int

  /// A layer is mapped from this z on: the best of many candidates reaches 4 among strangers.
  static let minimumZ = 6.0
  /// Another layer displaces the one of the same number only when it is this much more alike.
  static let lead = 0.02

  init?(_ similarity: LayerSimilarity) {
    guard similarity.linear != nil || similarity.circuits != nil else { return nil }
    component = similarity.component
    referenceLayers = similarity.referenceLayers.count
    let columns = similarity.referenceLayers.count
    pairs = similarity.subjectLayers.enumerated().map { row, layer in
      func score(_ column: Int) -> (value: Double, z: Double) {
        let at = row * columns + column
        let linear = (similarity.linear?[at] ?? 0, similarity.linearZ?[at] ?? 0)
        let circuits = (similarity.circuits?[at] ?? 0, similarity.circuitsZ?[at] ?? 0)
        return circuits.1 > linear.1 ? circuits : linear
      }
      let best = (0..<columns).max { score($0).value < score($1).value } ?? 0
      let same = similarity.referenceLayers.firstIndex(of: layer)
      let chosen = same.map { score($0).value + Self.lead >= score(best).value ? $0 : best } ?? best
      let (value, z) = score(chosen)
      return LayerPair(
        subject: layer, reference: z >= Self.minimumZ ? similarity.referenceLayers[chosen] : nil,
        similarity: min(1, value))
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

  var mapped: [Int] { pairs.compactMap(\.reference) }
  var isIdentity: Bool { pairs.allSatisfy { $0.reference == $0.subject } }
}
