import Fingerprint
import Foundation

/// The best assignment of the rows of a subject's tensor to those of a reference's, the order of the
/// units that the rows are made of being given.
struct UnitFit {
  let order: UnitOrder
  /// The same of the rows that were chosen, where one has more rows than the other.
  let inner: UnitOrder
  /// Of all rows together, −1…1.
  let cosine: Double
  /// What the same reaches at most with the units in a random order.
  let chance: Double
  /// log10 of the probability that the best of all assignments reaches the cosine, were the units in a
  /// random order; 0 where one of the two axes has an order that both networks may have had in common.
  let log10P: Double

  /// Share of the way from chance to equality.
  var effect: Double { (cosine - chance) / (1 - chance) }

  /// Effect from which on axes that cannot be moved anchor an order: first layers of independent networks
  /// of one recipe reached 0.42, last ones 0.31.
  static let anchoringEffect = 0.6
  /// The same of units in an order that was found: layers of such networks between those reached 0.42.
  static let followedEffect = 0.5
  /// The same of evidence of descent: students of one teacher, trained apart until what they learn
  /// determines their weights, reached 0.76 (cosine 0.85).
  static let evidenceEffect = 0.85
  /// Chance from which on nothing can be told: a row of few numbers finds its like anywhere.
  static let mostChance = 0.9
  /// - Returns: nil where the fit is not to be followed, or there is too little work left.
  /// - Parameters:
  ///   - rows: as many of both.
  ///   - known: the order of the units; nil for those that cannot be moved (inputs, classes).
  ///   - choice: how the rows were chosen.
  init?(
    _ rows: UnitRowsPair, known: UnitOrder?, choice: UnitChoice? = nil, work: inout UnitWork
  ) {
    let count = rows.seen.rows
    guard count > 1, rows.subject.rows.rows == count, work.take(rows.scoring) else { return nil }
    let aligned = rows.subject.reordered(known?.alongRows)
    let projected = rows.projected(aligned)
    let scores = rows.unit.timesTransposed(projected.withUnitRows)
    // No assignment is better than every row's best.
    guard Self.meanOfBest(scores) > Self.followedEffect else { return nil }
    let chance = max(rows.chance, choice?.chance ?? 0)
    guard chance < Self.mostChance,
      let places = work.assignment(
        RowMatrix(rows: count, columns: count, values: scores.values.map(abs)))?
        .compactMap(\.self)
    else { return nil }
    let signs = places.enumerated().map { row, place -> Float in scores[row, place] < 0 ? -1 : 1 }
    let matched = projected.selecting(rows: places).scaled(rows: signs)
    let cosine = Self.cosine(rows.seen, matched)
    let bar = known == nil ? Self.anchoringEffect : Self.followedEffect
    guard (cosine - chance) / (1 - chance) >= bar else { return nil }
    let inner = UnitOrder(places: places, signs: signs)
    let order = choice?.whole(inner) ?? inner
    var log10P = 0.0
    if let known, !known.isCommon, !order.isCommon {
      let moved = aligned.selecting(rows: places).scaled(rows: signs)
      guard
        let variance = Self.variance(
          rows.shown, moved, units: rows.subject, energies: rows.seen.energy * matched.energy,
          work: &work)
      else { return nil }
      log10P = Self.log10P(
        cosine, variance: variance, rows: count, of: choice?.most, units: rows.subject.units)
    }
    self.init(order: order, inner: inner, cosine: cosine, chance: chance, log10P: log10P)
  }

  /// log10 of the probability that the best of all assignments of m rows to as many of n reaches a cosine:
  /// n!/(n − m)!·2ᵐ choices.
  ///
  /// Of u units in a random order no event is less probable than 1/u!. Where the units are some of more, that
  /// is their order among themselves, whichever they are.
  static func log10P(
    _ cosine: Double, variance: Double, rows: Int, of most: Int? = nil, units: Int
  ) -> Double {
    let most = max(rows, most ?? rows)
    let injections: Double = lgamma(Double(most) + 1) - lgamma(Double(most - rows) + 1)
    let choices: Double = (injections + Double(rows) * log(2)) / log(10)
    return max(
      leastLog10P(units: units), min(0, log10P(cosine, variance: variance) + choices))
  }

  /// log10 of 1/u!.
  static func leastLog10P(units: Int) -> Double {
    -lgamma(Double(units) + 1) / log(10)
  }

  /// log10 of the probability that directions in 1/variance dimensions have a cosine:
  /// P(cos ≥ c) ≤ (1 − c²)^((D − 1)/2), the share of a sphere that a cap covers.
  static func log10P(_ cosine: Double, variance: Double) -> Double {
    guard cosine > 0, variance > 0, variance < 1 else { return 0 }
    return (1 / variance - 1) / 2 * log10(max(1e-12, 1 - cosine * cosine))
  }

  private init(
    order: UnitOrder, inner: UnitOrder, cosine: Double, chance: Double, log10P: Double
  ) {
    (self.order, self.inner) = (order, inner)
    (self.cosine, self.chance, self.log10P) = (cosine, chance, log10P)
  }

  /// The mean of the best scores of the rows, or of the columns where these are fewer.
  static func meanOfBest(_ scores: RowMatrix) -> Double {
    guard scores.rows <= scores.columns else { return meanOfBest(scores.transposed) }
    var sum = 0.0
    for row in 0..<scores.rows {
      var best: Float = 0
      for column in 0..<scores.columns { best = max(best, abs(scores[row, column])) }
      sum += Double(best)
    }
    return sum / Double(max(scores.rows, 1))
  }

  private static func cosine(_ a: RowMatrix, _ b: RowMatrix) -> Double {
    let scale = (a.energy * b.energy).squareRoot()
    guard scale > 0 else { return 0 }
    return (0..<a.rows).reduce(0.0) { $0 + a.dot($1, b, $1) } / scale
  }

  /// The variance of the cosine of two tensors whose rows line up, were the units put into a random
  /// order: Σ G̃² / (n − 1), G̃ = XYᵀ the doubly centred matrix of scalar products between units.
  ///
  /// By signatures the cosine is that of XS and YS, S the signs, and ⟨XS, YS⟩ = ⟨XSSᵀ, Y⟩: X is then what a signature
  /// shows of the rows.
  ///
  /// - Parameters:
  ///   - units: says how the units lie in both.
  ///   - energies: of both sides of the cosine, multiplied.
  /// - Returns: 0 where there is no order; nil where there is too little work left.
  static func variance(
    _ reference: RowMatrix, _ matched: RowMatrix, units layout: UnitRows, energies: Double,
    work: inout UnitWork
  ) -> Double? {
    let (units, inner) = (layout.units, reference.rows * layout.width)
    guard units > 1, energies > 0 else { return 0 }
    guard work.take(2 * units * inner * min(units, inner)) else { return nil }
    let (x, y) = (
      layout.byUnit(reference).centred, layout.byUnit(matched).centred
    )
    let squares: Double
    if units <= inner {
      squares = x.timesTransposed(y).rowEnergies.reduce(0, +)
    } else {
      // The same from the smaller side: ‖XYᵀ‖² = ⟨XᵀX, YᵀY⟩.
      let (a, b) = (x.transposedTimes(x), y.transposedTimes(y))
      squares = (0..<inner).reduce(0.0) { $0 + a.dot($1, b, $1) }
    }
    return max(0, squares) / Double(units - 1) / energies
  }
}
