import Compare
import Fingerprint

/// Layer × layer likeness of one component, as a picture shows it.
package struct LayerGrid: Sendable, Equatable, Codable {
  package var component: String
  package var subjectLayers: [Int]
  package var referenceLayers: [Int]
  /// Mean cosine, row-major `[subject, reference]`, of the kind of evidence that is the more
  /// significant at that place.
  package var similarities: [Double]

  package init(
    component: String, subjectLayers: [Int], referenceLayers: [Int], similarities: [Double]
  ) {
    self.component = component
    self.subjectLayers = subjectLayers
    self.referenceLayers = referenceLayers
    self.similarities = similarities
  }
}

/// What only pictures need: figures behind a judgement that decide nothing by themselves.
enum Illustration {
  /// More cells than this are no picture, but a burden to every report.
  static let maximumCells = 40_000

  static func grids(_ comparison: ReferenceComparison) -> [LayerGrid] {
    comparison.layers.compactMap { layers in
      let count = layers.subjectLayers.count * layers.referenceLayers.count
      guard count > 1, count <= maximumCells, layers.linear != nil || layers.circuits != nil else {
        return nil
      }
      let similarities = (0..<count).map { cell in
        let linear = (layers.linear?[cell] ?? 0, layers.linearZ?[cell] ?? 0)
        let circuits = (layers.circuits?[cell] ?? 0, layers.circuitsZ?[cell] ?? 0)
        return min(1, circuits.1 > linear.1 ? circuits.0 : linear.0)
      }
      return LayerGrid(
        component: layers.component, subjectLayers: layers.subjectLayers,
        referenceLayers: layers.referenceLayers, similarities: similarities)
    }
  }

  /// Shares of the change that its directions have, largest first: squared singular values of the
  /// sketched change S(B) − S(A), each matrix's summing to 1, averaged over the modified matrices
  /// with their sizes as weights.
  ///
  /// A change of rank r has r of them; a change of full rank spreads over all 32 like a random
  /// matrix. Empty where nothing was modified or a disguise stands between the two.
  static func changeSpectrum(_ context: ParentContext) -> [Double] {
    guard context.recovered == nil else { return [] }
    var sum = [Double](repeating: 0, count: LinearSketch.side)
    var weight = 0.0
    for (index, tensor, other, pair) in context.matched {
      guard context.statuses[index] == .modified, let mine = tensor.matrix,
        let theirs = other.matrix, min(mine.rows, mine.columns) >= LinearSketch.side,
        let change = SketchDifference(mine, pair.transposed ? theirs.transposed : theirs)
      else { continue }
      let squares = change.singularValues.map { $0 * $0 }
      let total = squares.reduce(0, +)
      guard total > 0, total.isFinite, squares.count == sum.count else { continue }
      let size = Double(tensor.elementCount)
      for rank in sum.indices { sum[rank] += size * squares[rank] / total }
      weight += size
    }
    return weight > 0 ? sum.map { $0 / weight } : []
  }
}
