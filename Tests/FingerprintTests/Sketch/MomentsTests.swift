import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct MomentsTests {
  @Test(arguments: [Float(0), 0.02, 1, 5])
  func agreeWithTwoPasses(mean: Float) async throws {
    var random = ModelRandom(seed: 41)
    // A product of Gaussians has heavy tails, so that the kurtosis is well away from 0.
    let values = zip(random.floats(90 * 80), random.floats(90 * 80)).map { $0 * $1 + mean }
    let moments = try await Single.matrix(values, rows: 90, columns: 80).moments
    let count = Double(values.count)
    let average = values.reduce(0.0) { $0 + Double($1) } / count
    func central(_ power: Int) -> Double {
      values.reduce(0.0) { sum, value in
        let difference = Double(value) - average
        return sum + (0..<power).reduce(1.0) { product, _ in product * difference }
      } / count
    }
    let variance = central(2)
    #expect(moments.count == values.count)
    #expect(abs(moments.mean - average) < 1e-5)
    #expect(abs(moments.standardDeviation / variance.squareRoot() - 1) < 1e-4)
    #expect(abs(moments.excessKurtosis - (central(4) / (variance * variance) - 3)) < 0.02)
    #expect(moments.absoluteMaximum == Double(values.map { abs($0) }.max() ?? 0))
  }

  @Test func countValuesThatAreNotFiniteAndLeaveThemOut() async throws {
    var random = ModelRandom(seed: 42)
    let clean = random.floats(64 * 64)
    var (poisoned, zeroed) = (clean, clean)
    for (offset, value) in [(3, Float.nan), (700, .infinity), (701, -.infinity), (4000, .nan)] {
      poisoned[offset] = value
      zeroed[offset] = 0
    }
    let print = try await Single.matrix(poisoned, rows: 64, columns: 64)
    let expected = try await Single.matrix(zeroed, rows: 64, columns: 64)
    #expect(print.moments.nans == 2)
    #expect(print.moments.infinities == 2)
    #expect(print.moments.zeros == 0)
    #expect(print.matrix == expected.matrix)
    let deviation = expected.moments.standardDeviation
    #expect(abs(print.moments.standardDeviation / deviation - 1) < 2e-3)
    #expect(print.isEvidence)
  }

  @Test func ofNothingButNaNAreZero() async throws {
    let values = [Float](repeating: .nan, count: 40 * 40)
    let print = try await Single.matrix(values, rows: 40, columns: 40)
    #expect(print.moments.nans == 1600)
    #expect(print.moments.mean == 0)
    #expect(print.isConstant)
    #expect(print.matrix?.raw.allSatisfy { $0 == 0 } == true)
  }

  @Test(arguments: [Float(1), 0.1, -0.3, 1e-20, 1e20, 0])
  func ofEqualValuesHaveNoSpread(value: Float) async throws {
    let values = [Float](repeating: value, count: 600 * 600)
    let print = try await Single.matrix(values, rows: 600, columns: 600)
    #expect(print.moments.standardDeviation == 0)
    #expect(print.moments.excessKurtosis == 0)
    #expect(print.isConstant)
    #expect(!print.isEvidence)
    let vector = try await Single.vector(Array(values.prefix(300)))
    #expect(vector.isConstant)
  }

  /// Gains that training moved a little off one are not constant.
  @Test(arguments: [Float(1e-3), 1e-5])
  func ofNearlyEqualValuesKeepTheirSpread(deviation: Float) async throws {
    var random = ModelRandom(seed: 43)
    let values = random.floats(100 * 100).map { 1 + deviation * $0 }
    let print = try await Single.matrix(values, rows: 100, columns: 100)
    #expect(!print.isConstant)
    #expect(abs(Float(print.moments.standardDeviation) / deviation - 1) < 0.5)
  }

  /// Rescaling up and down against each other can push squares out of a float's range.
  @Test(arguments: [Float(1e-30), 1e-22, 1e12, 1e25])
  func ofExtremeScalesAreEvidence(scale: Float) async throws {
    var random = ModelRandom(seed: 44)
    let values = random.floats(80 * 80).map { $0 * scale }
    let print = try await Single.matrix(values, rows: 80, columns: 80)
    #expect(print.isEvidence)
    #expect(print.moments.standardDeviation.isFinite)
  }

  @Test func countZeros() async throws {
    let values: [Float] = (0..<1000).map { $0 % 4 == 0 ? ($0 % 8 == 0 ? -0 : 0) : 1 }
    let print = try await Single.matrix(values, rows: 10, columns: 100)
    #expect(print.moments.zeros == 250)
    #expect(print.moments.sparsity == 0.25)
  }
}
