import Fingerprint
import Foundation

/// The best assignment of the rows of a subject's tensor to those of a reference's, the order of the
/// units that the rows are made of being given.
struct UnitFit {
  let order: UnitOrder
  /// Of all rows together, −1…1.
  let cosine: Double
  /// What the same reaches at most with the units in a random order.
  let chance: Double
  /// log10 of the probability that the best of all assignments reaches the cosine, were the units in a
  /// random order.
  let log10P: Double

  /// Share of the way from chance to equality.
  var effect: Double { (cosine - chance) / (1 - chance) }

  /// Effect from which on axes that cannot be moved anchor an order: first layers of independent networks
  /// of one recipe reached 0.42, last ones 0.31.
  static let anchoringEffect = 0.6
  /// The same of units in an order that was found: layers of such networks between those reached 0.42.
  static let followedEffect = 0.5
  /// Chance from which on nothing can be told: a row of few numbers finds its like anywhere.
  private static let mostChance = 0.9
  /// Rows that are assigned to each other at most.
  static let mostRows = 4096

  /// - Returns: nil where the fit is not to be followed.
  /// - Parameter known: the order of the units; nil for those that cannot be moved (inputs, classes).
  init?(reference: UnitRows, subject: UnitRows, known: UnitOrder?, work: inout UnitWork) {
    let count = reference.rows.rows
    guard count > 1, count <= Self.mostRows, subject.rows.rows == count,
      work.take(2 * count * reference.rows.values.count)
    else { return nil }
    let a = reference.rows.withUnitRows
    let aligned = subject.reordered(known)
    let scores = a.timesTransposed(aligned.withUnitRows)
    // No assignment is better than every row's best.
    guard Self.meanOfBest(scores) > Self.followedEffect else { return nil }
    let shuffled = subject.shuffled(&work).withUnitRows
    let chance = Self.meanOfBest(a.timesTransposed(shuffled))
    guard chance < Self.mostChance, work.take(count * count * count) else { return nil }
    let assigned = LinearAssignment.maximising(
      RowMatrix(rows: count, columns: count, values: scores.values.map(abs)))
    let places = assigned.map { $0 ?? 0 }
    let signs = places.enumerated().map { row, place -> Float in scores[row, place] < 0 ? -1 : 1 }
    let matched = aligned.selecting(rows: places).scaled(rows: signs)
    let (cosine, variance) = Self.agreement(reference, matched)
    let choices = (lgamma(Double(count) + 1) + Double(count) * log(2)) / log(10)
    self.init(
      order: UnitOrder(places: places, signs: signs), cosine: cosine, chance: chance,
      log10P: known == nil
        ? 0 : min(0, Self.log10P(cosine, variance: variance) + choices))
    guard effect >= (known == nil ? Self.anchoringEffect : Self.followedEffect) else { return nil }
  }

  /// log10 of the probability that directions in 1/variance dimensions have a cosine:
  /// P(cos ≥ c) ≤ (1 − c²)^((D − 1)/2), the share of a sphere that a cap covers.
  static func log10P(_ cosine: Double, variance: Double) -> Double {
    guard cosine > 0, variance > 0, variance < 1 else { return 0 }
    return (1 / variance - 1) / 2 * log10(max(1e-12, 1 - cosine * cosine))
  }

  private init(order: UnitOrder, cosine: Double, chance: Double, log10P: Double) {
    (self.order, self.cosine, self.chance, self.log10P) = (order, cosine, chance, log10P)
  }

  private static func meanOfBest(_ scores: RowMatrix) -> Double {
    var sum = 0.0
    for row in 0..<scores.rows {
      var best: Float = 0
      for column in 0..<scores.columns { best = max(best, abs(scores[row, column])) }
      sum += Double(best)
    }
    return sum / Double(max(scores.rows, 1))
  }

  /// The cosine of two tensors whose rows and units line up, and its variance were the units put into
  /// a random order: Σ G̃² / (n − 1), G̃ the doubly centred matrix of scalar products between units.
  private static func agreement(
    _ reference: UnitRows, _ matched: RowMatrix
  ) -> (cosine: Double, variance: Double) {
    let (units, width, count) = (reference.units, reference.width, reference.rows.rows)
    let energies = (
      reference.rows.rowEnergies.reduce(0, +), matched.rowEnergies.reduce(0, +)
    )
    let scale = (energies.0 * energies.1).squareRoot()
    guard scale > 0 else { return (0, 0) }
    let trace = (0..<count).reduce(0.0) { $0 + reference.rows.dot($1, matched, $1) }
    guard units > 1 else { return (trace / scale, 0) }
    func byUnit(_ rows: RowMatrix) -> RowMatrix {
      var result = RowMatrix(rows: units, columns: count * width)
      for row in 0..<count {
        for unit in 0..<units {
          for place in 0..<width {
            result.values[(unit * count + row) * width + place] =
              rows.values[row * rows.columns + unit * width + place]
          }
        }
      }
      return result
    }
    let products = byUnit(reference.rows).timesTransposed(byUnit(matched)).centred.transposed
      .centred
    let squares = products.rowEnergies.reduce(0, +)
    return (trace / scale, squares / Double(units - 1) / (scale * scale))
  }
}

/// How much may be done for one pair of models, and the random orders that it takes.
struct UnitWork {
  /// Multiplications.
  private var left: Int
  private(set) var isSpent = false
  private var generator = SplitMix64(seed: 0x756E_6974)

  init(limit: Int) { left = limit }

  /// Whether so much is left, which is then taken.
  mutating func take(_ amount: Int) -> Bool {
    guard amount <= left else {
      isSpent = true
      return false
    }
    left -= amount
    return true
  }

  mutating func shuffled(_ count: Int) -> UnitOrder {
    var order = UnitOrder.identity(count)
    order.places.shuffle(using: &generator)
    return order
  }
}
