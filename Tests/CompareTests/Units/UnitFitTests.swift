import Canonicalise
import Foundation
import Load
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

@Suite struct UnitFitTests {
  private static func rows(_ rows: Int, _ units: Int, seed: UInt64) throws -> UnitRows {
    var generator = TestSupport.SplitMix64(seed: seed)
    let network = DenseNetwork([
      ("layer", TinyLlama.gaussian(rows, units, using: &generator))
    ])
    let tensor = try #require(try network.weights().entries.first).tensor
    return UnitRows(tensor, axis: 1, units: units, folding: .slow, isHidden: true)
  }

  /// Σ G̃² / (n − 1) over the energies, G̃ the centred matrix of products between units.
  private static func variance(_ a: UnitRows, _ b: UnitRows) -> Double {
    let products = a.byUnit(a.rows).timesTransposed(b.byUnit(b.rows)).centred.transposed.centred
    let energies = (a.rows.rowEnergies.reduce(0, +) * b.rows.rowEnergies.reduce(0, +))
    return products.rowEnergies.reduce(0, +) / Double(a.units - 1) / energies
  }

  private static func found(
    _ a: UnitRows, _ b: UnitRows, _ work: inout UnitWork
  ) -> Double? {
    UnitFit.variance(
      a.rows, b.rows, units: a, energies: a.rows.energy * b.rows.energy, work: &work)
  }

  @Test(arguments: [(6, 40), (40, 6), (12, 12)])
  func theVarianceIsThatOfAllProductsBetweenUnits(rows: Int, units: Int) throws {
    let (a, b) = (
      try Self.rows(rows, units, seed: 1), try Self.rows(rows, units, seed: 2)
    )
    var work = UnitWork()
    let variance = try #require(Self.found(a, b, &work))
    let expected = Self.variance(a, b)
    #expect(abs(variance - expected) < 1e-5 * expected)
  }

  @Test func itNeedsNoMatrixOfManyUnits() throws {
    let many = try Self.rows(2, 100_000, seed: 1)
    var work = UnitWork()
    #expect(Self.found(many, many, &work) != nil)
    var little = UnitWork(limit: 1000)
    #expect(Self.found(many, many, &little) == nil)
  }

  @Test func noOrderIsLessProbableThanOneOfAll() {
    let log10P = UnitFit.log10P(1, variance: 1e-6, rows: 16, units: 16)
    #expect(log10P == UnitFit.leastLog10P(units: 16))
    #expect(abs(log10P + 13.3206) < 1e-3)
    #expect(UnitFit.log10P(0.1, variance: 0.01, rows: 16, units: 16) == 0)
  }

  /// Of 24 rows 16 are chosen, in 24!/8! orders.
  @Test func aChoiceAmongMoreRowsCountsAsMore() {
    func log10P(of most: Int?) -> Double {
      UnitFit.log10P(0.9, variance: 1e-3, rows: 16, of: most, units: 1000)
    }
    let choices = (lgamma(25) - lgamma(9) - lgamma(17)) / log(10)
    #expect(abs(log10P(of: 24) - log10P(of: nil) - choices) < 1e-9)
    #expect(log10P(of: 16) == log10P(of: nil))
  }

  @Test func probabilitiesAreCombinedAsFisherDoes() {
    #expect(UnitSearch.combined(-5, of: 1) == -5)
    // Of two: x (1 − ln x).
    #expect(abs(UnitSearch.combined(-5, of: 2) - (-5 + log10(1 + 5 * log(10)))) < 1e-9)
    #expect(UnitSearch.combined(0, of: 3) == 0)
    #expect(UnitSearch.combined(-1, of: 500) <= 0)
    #expect(UnitSearch.combined(-1e6, of: 500) < -9e5)
  }

  @Test func anOrderInCommonHasHalfOfItsUnitsInPlace() {
    var order = UnitOrder.identity(16)
    #expect(order.isCommon)
    order.places.swapAt(0, 15)
    #expect(order.isCommon)
    order.places = (0..<16).reversed().map { $0 }
    #expect(!order.isCommon)
    var flipped = UnitOrder.identity(16)
    for unit in 0..<8 { flipped.signs[unit] = -1 }
    #expect(!flipped.isCommon)
    flipped.signs = [Float](repeating: -1, count: 16)
    #expect(flipped.isCommon)
  }

  @Test func anAssignmentEndsWithItsSteps() {
    let scores = RowMatrix(rows: 20, columns: 20)
    var (few, many) = (10, 10_000)
    #expect(LinearAssignment.maximising(scores, steps: &few) == nil)
    #expect(LinearAssignment.maximising(scores, steps: &many)?.count == 20)
    #expect(many > 0 && many < 10_000)
  }

  @Test func aMatchingHasTheDigestOfASubject() {
    var matching = UnitMatching(
      reference: "a", subjectDigest: String(repeating: "0a", count: 32), log10P: -20,
      cosine: 0.9, chance: 0.3, coverage: 1, evidenceCoverage: 0.5, tensors: 2, spaces: 2,
      units: 64, moved: 50, flipped: 0, rescaled: 0)
    #expect(matching.isPossible)
    for digest in ["", "0a", String(repeating: "0g", count: 32)] {
      matching.subjectDigest = digest
      #expect(!matching.isPossible)
    }
  }
}
