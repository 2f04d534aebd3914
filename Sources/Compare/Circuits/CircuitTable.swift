import Fingerprint
import Kernels

/// The circuits of one component, laid out so that cosines of all layers are one matrix product.
struct CircuitTable {
  static let side = LayerCircuits.side
  static let size = side * side

  let component: String
  let layers: [Int]
  /// `[layers, 4096]` per circuit that all layers have; a layer's experts are averaged and scaled to
  /// unit norm.
  let rows: [CircuitKind: [Float]]

  /// Nil if the component has no circuit that all of its layers have.
  init?(component: String, of model: ModelFingerprint) {
    let circuits = model.circuits.filter { $0.component == component }
    let layers = Set(circuits.map(\.layer)).sorted()
    guard !layers.isEmpty else { return nil }
    var rows: [CircuitKind: [Float]] = [:]
    for kind in CircuitKind.allCases {
      rows[kind] = Self.table(circuits, layers: layers, kind: kind)
    }
    guard !rows.isEmpty else { return nil }
    self.init(component: component, layers: layers, rows: rows)
  }

  private init(component: String, layers: [Int], rows: [CircuitKind: [Float]]) {
    (self.component, self.layers, self.rows) = (component, layers, rows)
  }

  /// Every circuit C replaced by Oᵀ·C·O.
  ///
  /// - Complexity: 2¹⁹ products per circuit, which the kernel that projects weights multiplies two to
  ///   three times as fast as a library that does not know the processor.
  func rotated(by rotation: [Float]) -> CircuitTable {
    let (side, size) = (Self.side, Self.size)
    let rotated = rows.mapValues { table in
      var right = [Float](repeating: 0, count: table.count)
      skm_project(table, table.count / side, side, side, 1, rotation, &right)
      var result = [Float](repeating: 0, count: table.count)
      right.withUnsafeBufferPointer { right in
        result.withUnsafeMutableBufferPointer { result in
          guard let right = right.baseAddress, let result = result.baseAddress else { return }
          for layer in layers.indices {
            skm_project(rotation, side, 1, side, side, right + layer * size, result + layer * size)
          }
        }
      }
      return result
    }
    return CircuitTable(component: component, layers: layers, rows: rotated)
  }

  /// The same for each of several rotations, one after the other, as one table.
  func rotated(by rotations: [[Float]]) -> CircuitTable {
    let copies = rotations.map { rotated(by: $0) }
    return CircuitTable(
      component: component, layers: copies.flatMap(\.layers),
      rows: Dictionary(
        uniqueKeysWithValues: rows.keys.map { kind in
          (kind, copies.flatMap { $0.rows[kind] ?? [] })
        }))
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
}
