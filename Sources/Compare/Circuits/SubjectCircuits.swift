import Fingerprint
import Load

/// A subject's circuits, as they are and as the randomised test turns them.
struct SubjectCircuits {
  static let draws = 128
  static let seed: UInt64 = 0xC1C0
  /// After so many draws a comparison may be settled: its deviation is known to an eighth then.
  static let firstDraws = 32
  /// The same for every pair of models, so that they are drawn once.
  private static let rotations = RandomRotation.sequence(
    draws, side: LayerCircuits.side, seed: seed)

  static func prepare() { _ = rotations }

  let model: ModelFingerprint
  /// By component.
  let tables: [String: CircuitTable]

  init(_ model: ModelFingerprint) {
    self.model = model
    var tables: [String: CircuitTable] = [:]
    for component in Set(model.circuits.map(\.component)).sorted() {
      tables[component] = CircuitTable(component: component, of: model)
    }
    self.tables = tables
  }

  /// Draws the null of all comparisons, rotation by rotation: the subject is turned once for all of
  /// them, and only one turned copy per thread is alive at a time.
  ///
  /// - Parameter settlesEarly: whether clear strangers make do with the first draws.
  func draw(_ comparisons: inout [CircuitComparison?], settlesEarly: Bool, threads: Int) {
    var open = comparisons.indices.filter { comparisons[$0] != nil }
    for part in [0..<Self.firstDraws, Self.firstDraws..<Self.draws] {
      guard !open.isEmpty else { return }
      let (candidates, drawn) = (comparisons, open)
      let draws = Concurrent.map(part.count, threads: threads) { number in
        let rotation = Self.rotations[part.lowerBound + number]
        let rotated = tables.mapValues { $0.rotated(by: rotation) }
        return drawn.map { candidates[$0]?.draw(rotated) ?? CircuitComparison.Draw() }
      }
      for draw in draws {
        for (index, value) in zip(open, draw) { comparisons[index]?.add(value) }
      }
      if settlesEarly { open.removeAll { comparisons[$0]?.isClearStranger ?? true } }
    }
  }
}
