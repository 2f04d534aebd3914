import Fingerprint
import Load

/// A subject's circuits, as they are and as the randomised test turns them.
struct SubjectCircuits {
  static let draws = 128
  static let seed: UInt64 = 0xC1C0
  /// After so many draws, and after twice as many, a comparison may be settled: its deviation is known to
  /// a sixth and to an eighth then.
  static let firstDraws = 16
  static let secondDraws = 2 * firstDraws
  /// The same for every pair of models, so that they are drawn once.
  private static let firstRotations = rotations(0..<firstDraws)
  private static let secondRotations = rotations(firstDraws..<secondDraws)
  private static let otherRotations = rotations(secondDraws..<draws)

  private static func rotations(_ numbers: Range<Int>) -> [[Float]] {
    RandomRotation.sequence(numbers, side: LayerCircuits.side, seed: seed)
  }

  static func prepare(onlyFirst: Bool) {
    _ = firstRotations
    if !onlyFirst { _ = (secondRotations, otherRotations) }
  }

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

  /// Layers that are turned at once: a product of fewer takes longer for each.
  private static let rotatedLayers = 128
  private static let mostAtOnce = 8

  /// Draws the null of all comparisons, some rotations at a time: the subject is turned once for all of
  /// them, and only so many turned copies per thread are alive at a time.
  ///
  /// - Parameters:
  ///   - settlesEarly: whether clear strangers make do with the first draws, and with the second.
  ///   - settlesKin: whether models of clear kinship do, too.
  func draw(
    _ comparisons: inout [CircuitComparison?], settlesEarly: Bool, settlesKin: Bool = false,
    threads: Int
  ) {
    var open = comparisons.indices.filter { comparisons[$0] != nil }
    let layers = tables.values.map(\.layers.count).max() ?? 1
    let step = max(1, min(Self.mostAtOnce, Self.rotatedLayers / max(layers, 1)))
    for round in 0..<3 {
      guard !open.isEmpty else { return }
      let rotations =
        switch round {
        case 0: Self.firstRotations
        case 1: Self.secondRotations
        default: Self.otherRotations
        }
      let (candidates, drawn) = (comparisons, open)
      let parts = stride(from: 0, to: rotations.count, by: step).map {
        Array(rotations[$0..<min($0 + step, rotations.count)])
      }
      let draws = Concurrent.map(parts.count, threads: threads) { number in
        let rotated = tables.mapValues { $0.rotated(by: parts[number]) }
        return drawn.map { candidates[$0]?.draws(rotated, count: parts[number].count) ?? [] }
      }
      for part in draws {
        for (index, values) in zip(open, part) {
          for value in values { comparisons[index]?.add(value) }
        }
      }
      if settlesEarly { open.removeAll { comparisons[$0]?.isClearStranger ?? true } }
      if settlesKin { open.removeAll { comparisons[$0]?.isClearKin ?? true } }
    }
  }
}
