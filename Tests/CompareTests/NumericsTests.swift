import Foundation
import TestSupport
import Testing

@testable import Compare
@testable import Fingerprint

@Suite struct StudentTailTests {
  /// log10 P(T ≥ t), from SciPy.
  @Test(arguments: [
    (0.7, 47, -0.6131641897388638), (2, 47, -1.5909318649773496), (4, 47, -3.953102775011544),
    (10, 47, -12.795522191112623), (30, 47, -31.87678156024962), (2, 4, -1.2361359709162025),
    (30, 4, -5.434573929162276),
  ])
  func agreesWithReferenceValues(t: Double, freedom: Int, expected: Double) {
    #expect(abs(StudentTail.log10P(t, freedom: freedom) - expected) < 1e-8)
  }

  @Test func fallsMoreSlowlyThanTheNormalTail() {
    for t in stride(from: 2.0, through: 40, by: 0.5) {
      #expect(StudentTail.log10P(t, freedom: 47) > NormalTail.log10P(t))
      #expect(StudentTail.log10P(t, freedom: 47) > StudentTail.log10P(t + 0.5, freedom: 47))
    }
  }

  @Test(arguments: [-1, -4, -10, -100, -300])
  func anEquallyRareNormalNumberIsFound(log10P: Double) {
    #expect(abs(NormalTail.log10P(NormalTail.z(ofLog10P: log10P)) - log10P) < 1e-6)
    #expect(NormalTail.z(ofLog10P: -0.2) == 0)
  }
}

@Suite struct NormalTailTests {
  /// log10 P(Z ≥ z), from mpmath with 50 digits.
  @Test(arguments: [
    (-3, -0.00058664931379006669),
    (0, -0.3010299956639812),
    (1, -0.7995455414919705),
    (5, -6.5426456723906545),
    (9.99, -23.074219453284459),
    (10.01, -23.161930376928156),
    (40, -349.43700645934584),
    (1000, -217150.64004199439),
  ])
  func agreesWithReferenceValues(z: Double, expected: Double) {
    #expect(abs(NormalTail.log10P(z) - expected) <= 5e-5 + 1e-12 * abs(expected))
  }

  @Test func fallsThroughoutAndIsContinuous() {
    let values = stride(from: -8.0, through: 60, by: 0.01).map(NormalTail.log10P)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(abs(NormalTail.log10P(10) - NormalTail.log10P(10.nextDown)) < 1e-5)
  }

  @Test func hasDefiniteEnds() {
    #expect(NormalTail.log10P(-.infinity) == 0)
    #expect(NormalTail.log10P(.nan) == 0)
    #expect(NormalTail.log10P(.infinity) == -.greatestFiniteMagnitude)
    #expect(NormalTail.log10P(1e200).isFinite)
  }

  /// The larger of two is above 0 with probability 3/4, as one number is above −0.6745.
  @Test func theLargestOfTwoIsJudgedAsOneNumberIs() {
    #expect(abs(NormalTail.z(ofLargest: 0, among: 2) + 0.67449) < 1e-4)
    #expect(NormalTail.z(ofLargest: 1.5, among: 1) == 1.5)
    #expect(NormalTail.z(ofLargest: -30, among: 2) < -5)
  }

  @Test(arguments: [2, 5], [3.0, 6, 7.9, 8.1, 12, 30])
  func theTailOfTheLargestIsThatManyTimesAsHeavy(count: Int, z: Double) {
    let one = NormalTail.log10P(NormalTail.z(ofLargest: z, among: count))
    let expected = NormalTail.log10P(z) + log10(Double(count))
    #expect(abs(one - expected) < 0.03)
  }
}

@Suite struct NonNegativeLeastSquaresTests {
  /// Against the best of all sets of positive coefficients.
  @Test(arguments: [1, 2, 3, 4, 5])
  func findsTheBestActiveSet(count: Int) {
    var random = ModelRandom(seed: UInt64(200 + count))
    for _ in 0..<60 {
      let columns = random.matrix(count, 12, deviation: 1)
      // Columns that resemble one another, as merged relatives do, every third time.
      let related = random.next() % 3 == 0
      let shared = random.vector(12, deviation: 2)
      let basis = ModelMatrix(rows: count, columns: 12) {
        columns[$0, $1] + (related ? shared[$1] : 0)
      }
      let target = ModelMatrix(rows: 12, columns: 1, values: random.vector(12, deviation: 1))
      let (gram, right) = (basis * basis.transposed, (basis * target).values)
      let rows = (0..<count).map { i in (0..<count).map { gram[i, $0] } }
      let solution = NonNegativeLeastSquares.solve(gram: rows, target: right)
      let best = Self.subsets(count).compactMap { Self.value(rows, right, $0) }.min() ?? 0
      #expect(solution.allSatisfy { $0 >= 0 })
      #expect(abs(Self.objective(rows, right, solution) - best) < 1e-8 * (1 + abs(best)))
    }
  }

  @Test func readsMergeCoefficientsOff() {
    let gram = [[1.0, 0.1, 0], [0.1, 1, 0.05], [0, 0.05, 1]]
    let truth = [0.6, 0.4, 0]
    let target = gram.map { row in zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 } }
    let solution = NonNegativeLeastSquares.solve(gram: gram, target: target)
    #expect(zip(solution, truth).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func copesWithEqualColumnsAndNone() {
    let solution = NonNegativeLeastSquares.solve(gram: [[1, 1], [1, 1]], target: [0.7, 0.7])
    #expect(abs(solution[0] + solution[1] - 0.7) < 1e-9)
    #expect(NonNegativeLeastSquares.solve(gram: [], target: []).isEmpty)
    #expect(NonNegativeLeastSquares.solve(gram: [[0]], target: [0]) == [0])
    #expect(NonNegativeLeastSquares.solve(gram: [[1]], target: [-1]) == [0])
  }

  /// An unknown at zero whose trial is zero too gives no way to go, and yet the solver must end.
  @Test func endsWhereATrialIsExactlyZero() {
    let gram = [[1.0, 1, 0], [1, 1, 0], [0, 0, 1]]
    for target in [[0.0, 0, 0], [1, 1, 0], [0, 1, 1], [1e-9, 0, 1]] {
      let solution = NonNegativeLeastSquares.solve(gram: gram, target: target)
      #expect(solution.allSatisfy { $0 >= 0 && $0.isFinite })
    }
  }

  private static func subsets(_ count: Int) -> [[Int]] {
    (0..<1 << count).map { bits in (0..<count).filter { bits >> $0 & 1 == 1 } }
  }

  /// The least value with just these coefficients free, nil if one of them turns negative.
  private static func value(_ gram: [[Double]], _ target: [Double], _ free: [Int]) -> Double? {
    var a = free.map { i in free.map { gram[i][$0] } + [target[i]] }
    for pivot in free.indices {
      let row = a[pivot].map { $0 / a[pivot][pivot] }
      a[pivot] = row
      for other in free.indices where other != pivot {
        let factor = a[other][pivot]
        a[other] = zip(a[other], row).map { $0 - factor * $1 }
      }
    }
    var x = [Double](repeating: 0, count: target.count)
    for (position, index) in free.enumerated() { x[index] = a[position][free.count] }
    return x.allSatisfy { $0 >= 0 } ? objective(gram, target, x) : nil
  }

  private static func objective(_ gram: [[Double]], _ target: [Double], _ x: [Double]) -> Double {
    x.indices.reduce(0) { sum, i in
      sum - 2 * x[i] * target[i] + x.indices.reduce(0) { $0 + x[i] * gram[i][$1] * x[$1] }
    }
  }
}

@Suite struct RandomRotationTests {
  @Test(arguments: [1, 2, 7, 32, 64])
  func isOrthogonal(side: Int) {
    var generator = Fingerprint.SplitMix64(seed: 1)
    let rotation = RandomRotation.next(side: side, using: &generator)
    let product = DenseMatrix.product(
      rotation, rotation, rows: side, columns: side, inner: side, transposeRight: true)
    for i in 0..<side {
      for j in 0..<side { #expect(abs(product[i * side + j] - (i == j ? 1 : 0)) < 1e-5) }
    }
  }

  /// A clear stranger makes do with the first.
  @Test func aSequenceIsTheSameInParts() {
    let whole = RandomRotation.sequence(0..<5, side: 8, seed: 7)
    let parts =
      RandomRotation.sequence(0..<2, side: 8, seed: 7)
      + RandomRotation.sequence(2..<5, side: 8, seed: 7)
    #expect(whole == parts)
  }

  /// Over the orthogonal group the trace has mean 0 and variance 1, and so has that of the square
  /// about 1.
  @Test func isUniform() {
    var generator = Fingerprint.SplitMix64(seed: 2)
    let side = 8
    let rotations = (0..<2000).map { _ in RandomRotation.next(side: side, using: &generator) }
    let traces = rotations.map { rotation in
      (0..<side).reduce(0.0) { $0 + Double(rotation[$1 * side + $1]) }
    }
    let moments = SampleMoments(traces)
    #expect(abs(moments.mean) < 0.1)
    #expect(abs(moments.deviation - 1) < 0.08)
    // Each entry has variance 1 / side.
    for entry in [0, 5, 8, 63] {
      let values = SampleMoments(rotations.map { Double($0[entry]) })
      #expect(abs(values.mean) < 0.04)
      #expect(abs(values.deviation - (1 / Double(side)).squareRoot()) < 0.03)
    }
  }
}
