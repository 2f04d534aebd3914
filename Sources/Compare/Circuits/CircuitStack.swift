import Fingerprint

/// The layer × layer cosines of one component of subject and reference.
struct CircuitStack {
  private let subject: CircuitTable
  private let reference: CircuitTable
  /// Cosines as they are, `[subject, reference]` per circuit that both have.
  let observed: [CircuitKind: [Float]]

  var component: String { subject.component }
  var rows: Int { subject.layers.count }
  var columns: Int { reference.layers.count }

  init?(subject: CircuitTable, reference: CircuitTable) {
    (self.subject, self.reference) = (subject, reference)
    observed = Self.cosines(subject, reference)
    guard !observed.isEmpty else { return nil }
  }

  /// Cosines with the subject's circuits replaced by rotated ones, for each of several rotations.
  ///
  /// ⟨A, O·C·Oᵀ⟩ = ⟨Oᵀ·A·O, C⟩: rotating the subject's side serves all references. All rotations are one
  /// product: of few layers alone, to bring them in order would take longer than to multiply them.
  func similarities(of rotated: CircuitTable) -> [[CircuitKind: [Float]]] {
    let (all, size) = (Self.cosines(rotated, reference), rows * columns)
    return (0..<rotated.layers.count / max(rows, 1)).map { number in
      all.mapValues { Array($0[number * size..<(number + 1) * size]) }
    }
  }

  /// Sum over equal layers and circuits; nil when the depths differ.
  func diagonal(_ similarity: [CircuitKind: [Float]]) -> Double? {
    guard subject.layers == reference.layers else { return nil }
    return Self.ordered(similarity).reduce(0.0) { sum, table in
      (0..<rows).reduce(sum) { $0 + Double(table[$1 * columns + $1]) }
    }
  }

  /// Sum over circuits of each subject layer with the reference layer that suits it best.
  func chosen(_ similarity: [CircuitKind: [Float]]) -> Double {
    let totals = total(similarity)
    return map(of: similarity).enumerated().reduce(0.0) { $0 + totals[$1.0 * columns + $1.1] }
  }

  /// Mean cosine of each layer with the one that suits it best.
  var likeness: Double {
    chosen(observed) / Double(max(1, rows * observed.count))
  }

  /// Position of the best reference layer of each subject layer.
  func map(of similarity: [CircuitKind: [Float]]) -> [Int] {
    let totals = total(similarity)
    return (0..<rows).map { row in
      (0..<columns).max { totals[row * columns + $0] < totals[row * columns + $1] } ?? 0
    }
  }

  /// Mean cosine and score of every pair of layers, given `CircuitComparison.inflation`.
  func layerSimilarity(inflation: Double) -> LayerSimilarity {
    let kinds = Double(observed.count)
    let totals = total(observed)
    let noise = totals.map {
      $0 / kinds * Double(CircuitTable.side) * kinds.squareRoot() / inflation
    }
    return LayerSimilarity(
      component: component, subjectLayers: subject.layers, referenceLayers: reference.layers,
      circuits: totals.map { $0 / kinds }, circuitsZ: noise)
  }

  private func total(_ similarity: [CircuitKind: [Float]]) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    for table in Self.ordered(similarity) {
      for i in table.indices { result[i] += Double(table[i]) }
    }
    return result
  }

  /// The tables in the order of the circuits: a dictionary's own order is random, and with it the
  /// last bit of a sum.
  private static func ordered(_ similarity: [CircuitKind: [Float]]) -> [[Float]] {
    CircuitKind.allCases.compactMap { similarity[$0] }
  }

  private static func cosines(
    _ subject: CircuitTable, _ reference: CircuitTable
  ) -> [CircuitKind: [Float]] {
    var result: [CircuitKind: [Float]] = [:]
    for (kind, table) in subject.rows {
      guard let other = reference.rows[kind] else { continue }
      result[kind] = DenseMatrix.product(
        table, other, rows: subject.layers.count, columns: reference.layers.count,
        inner: CircuitTable.size, transposeRight: true)
    }
    return result
  }
}
