import Fingerprint

/// The circuits of one component of subject and reference, laid out so that all layer × layer
/// cosines are one matrix product per circuit.
struct CircuitStack {
  private static let side = LayerCircuits.side
  private static let size = side * side

  let component: String
  let subjectLayers: [Int]
  let referenceLayers: [Int]
  /// `[layers, 4096]` per circuit; a layer's experts are averaged and scaled to unit norm.
  private let mine: [CircuitKind: [Float]]
  private let theirs: [CircuitKind: [Float]]
  /// Cosines as they are, `[subject, reference]` per circuit.
  let observed: [CircuitKind: [Float]]

  var rows: Int { subjectLayers.count }
  var columns: Int { referenceLayers.count }

  init?(component: String, subject: [LayerCircuits], reference: [LayerCircuits]) {
    let (subjectLayers, referenceLayers) = (Self.layers(subject), Self.layers(reference))
    guard !subjectLayers.isEmpty, !referenceLayers.isEmpty else { return nil }
    var (mine, theirs): ([CircuitKind: [Float]], [CircuitKind: [Float]]) = ([:], [:])
    for kind in CircuitKind.allCases {
      guard let a = Self.table(subject, layers: subjectLayers, kind: kind),
        let b = Self.table(reference, layers: referenceLayers, kind: kind)
      else { continue }
      (mine[kind], theirs[kind]) = (a, b)
    }
    guard !mine.isEmpty else { return nil }
    self.component = component
    self.subjectLayers = subjectLayers
    self.referenceLayers = referenceLayers
    self.mine = mine
    self.theirs = theirs
    observed = Self.cosines(mine, theirs, rows: subjectLayers.count, columns: referenceLayers.count)
  }

  /// Cosines with every circuit C of the reference replaced by O·C·Oᵀ.
  func similarity(rotatedBy rotation: [Float]) -> [CircuitKind: [Float]] {
    let rotated = theirs.mapValues { table in
      var result: [Float] = []
      result.reserveCapacity(table.count)
      for layer in 0..<columns {
        let circuit = Array(table[layer * Self.size..<(layer + 1) * Self.size])
        let left = DenseMatrix.product(
          rotation, circuit, rows: Self.side, columns: Self.side, inner: Self.side)
        result += DenseMatrix.product(
          left, rotation, rows: Self.side, columns: Self.side, inner: Self.side,
          transposeRight: true)
      }
      return result
    }
    return Self.cosines(mine, rotated, rows: rows, columns: columns)
  }

  /// Sum over equal layers and circuits; nil when the depths differ.
  func diagonal(_ similarity: [CircuitKind: [Float]]) -> Double? {
    guard subjectLayers == referenceLayers else { return nil }
    return Self.ordered(similarity).reduce(0.0) { sum, table in
      (0..<rows).reduce(sum) { $0 + Double(table[$1 * columns + $1]) }
    }
  }

  /// Sum over circuits of each subject layer with the reference layer that suits it best.
  func chosen(_ similarity: [CircuitKind: [Float]]) -> Double {
    let totals = total(similarity)
    return map(of: similarity).enumerated().reduce(0.0) { $0 + totals[$1.0 * columns + $1.1] }
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
    let noise = totals.map { $0 / kinds * Double(Self.side) * kinds.squareRoot() / inflation }
    return LayerSimilarity(
      component: component, subjectLayers: subjectLayers, referenceLayers: referenceLayers,
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

  private static func layers(_ circuits: [LayerCircuits]) -> [Int] {
    Set(circuits.map(\.layer)).sorted()
  }

  /// Nil when some layer lacks the circuit.
  private static func table(
    _ circuits: [LayerCircuits], layers: [Int], kind: CircuitKind
  ) -> [Float]? {
    var sums = [Float](repeating: 0, count: layers.count * size)
    let position = Dictionary(uniqueKeysWithValues: layers.enumerated().map { ($1, $0) })
    for entry in circuits {
      guard let circuit = entry.circuits[kind], let row = position[entry.layer] else { continue }
      for i in 0..<size { sums[row * size + i] += circuit[i] }
    }
    for row in layers.indices {
      let range = row * size..<(row + 1) * size
      let norm = sums[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0 else { return nil }
      for i in range { sums[i] /= norm }
    }
    return sums
  }

  private static func cosines(
    _ mine: [CircuitKind: [Float]], _ theirs: [CircuitKind: [Float]], rows: Int, columns: Int
  ) -> [CircuitKind: [Float]] {
    var result: [CircuitKind: [Float]] = [:]
    for (kind, table) in mine {
      guard let other = theirs[kind] else { continue }
      result[kind] = DenseMatrix.product(
        table, other, rows: rows, columns: columns, inner: size, transposeRight: true)
    }
    return result
  }
}
