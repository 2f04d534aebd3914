import Fingerprint

/// A subject's circuits, as they are and as the randomised test turns them.
struct SubjectCircuits {
  static let draws = 128
  /// The same for every pair of models, so that they are drawn once.
  private static let rotations: [[Float]] = {
    var generator = SplitMix64(seed: 0xC1C0)
    return (0..<draws).map { _ in RandomRotation.next(side: LayerCircuits.side, using: &generator) }
  }()

  let model: ModelFingerprint
  /// By component.
  let tables: [String: CircuitTable]

  init(_ model: ModelFingerprint) {
    self.model = model
    var tables: [String: CircuitTable] = [:]
    for component in Set(model.circuits.map(\.component)) {
      tables[component] = CircuitTable(component: component, of: model)
    }
    self.tables = tables
  }

  /// Draws the null of all comparisons, rotation by rotation: the subject is turned once for all of
  /// them, and only one turned copy is alive at a time.
  func draw(_ comparisons: inout [CircuitComparison?]) {
    guard comparisons.contains(where: { $0 != nil }) else { return }
    for rotation in Self.rotations {
      let rotated = tables.mapValues { $0.rotated(by: rotation) }
      for index in comparisons.indices { comparisons[index]?.draw(rotated) }
    }
  }
}
