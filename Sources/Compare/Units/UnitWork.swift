import Fingerprint

/// How much may be done for one subject, all references together, and the random orders that it takes.
package struct UnitWork: Sendable {
  /// Multiplications, as dense products make them.
  private var left: Int
  /// Whether something was left undone since the last start.
  private(set) var isSpent = false
  private var generator = SplitMix64(seed: seed)

  private static let seed: UInt64 = 0x756E_6974
  /// A step of an assignment costs as much as so many multiplications.
  private static let stepCost = 16

  /// Multiplications for one subject: some thirty seconds.
  static let standard = 1 << 39
  /// The same for each reference, where they are many: what can be said of a model must not depend on
  /// how many strangers are beside it.
  static let forEach = 1 << 35
  private static let mostReferences = 1 << 20

  package init(limit: Int) { left = limit }

  /// What one subject may cost against so many references, shared between them.
  package init(references: Int = 1) {
    self.init(limit: max(Self.standard, min(references, Self.mostReferences) * Self.forEach))
  }

  /// Begins with a reference: what is found of it does not depend on those before.
  mutating func start() {
    (isSpent, generator) = (false, SplitMix64(seed: Self.seed))
  }

  /// Whether so much is left, which is then taken.
  mutating func take(_ amount: Int) -> Bool {
    guard amount <= left else {
      isSpent = true
      return false
    }
    left -= amount
    return true
  }

  /// The best assignment of rows to columns, without one for the rows that are more; nil where too little is
  /// left.
  mutating func assignment(_ scores: RowMatrix) -> [Int?]? {
    guard take(Self.stepCost * scores.values.count) else { return nil }
    let before = left / Self.stepCost
    var steps = before
    let assigned = LinearAssignment.maximising(scores, steps: &steps)
    left = max(0, left - Self.stepCost * (before - steps))
    guard let assigned else {
      isSpent = true
      return nil
    }
    return assigned
  }

  mutating func shuffled(_ count: Int) -> UnitOrder {
    var order = UnitOrder.identity(count)
    order.places.shuffle(using: &generator)
    return order
  }
}
