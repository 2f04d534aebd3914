import TestSupport
import Testing

@testable import Compare

@Suite struct LinearAssignmentTests {
  /// Total score of the best assignment, by trying all.
  private static func bestTotal(_ scores: RowMatrix) -> Float {
    guard scores.rows <= scores.columns else { return bestTotal(scores.transposed) }
    func best(_ row: Int, _ taken: Set<Int>) -> Float {
      guard row < scores.rows else { return 0 }
      return (0..<scores.columns).filter { !taken.contains($0) }.map {
        scores[row, $0] + best(row + 1, taken.union([$0]))
      }.max() ?? -.infinity
    }
    return best(0, [])
  }

  private static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> RowMatrix {
    var generator = SplitMix64(seed: seed)
    return RowMatrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &generator) })
  }

  @Test(arguments: [(1, 1), (2, 2), (5, 5), (6, 6), (3, 6), (6, 3), (1, 4), (4, 1)])
  func isAsGoodAsTheBestOfAllAssignments(rows: Int, columns: Int) throws {
    for seed in 0..<25 {
      let scores = Self.random(rows, columns, seed: UInt64(seed))
      let assigned = LinearAssignment.maximising(scores)
      let used = assigned.compactMap(\.self)
      #expect(used.count == min(rows, columns))
      #expect(Set(used).count == used.count)
      let total = assigned.enumerated().reduce(Float(0)) { sum, entry in
        sum + (entry.element.map { scores[entry.offset, $0] } ?? 0)
      }
      #expect(abs(total - Self.bestTotal(scores)) < 1e-5)
    }
  }

  @Test func survivesTiesAndScoresThatAreNotFinite() {
    let tied = LinearAssignment.maximising(RowMatrix(rows: 4, columns: 4))
    #expect(Set(tied.compactMap(\.self)).count == 4)
    let hostile = RowMatrix(rows: 2, columns: 2, values: [.nan, 1, .infinity, 2])
    #expect(LinearAssignment.maximising(hostile).compactMap(\.self).sorted() == [0, 1])
  }

  @Test func leavesAllRowsOutWhereThereAreNoColumns() {
    #expect(LinearAssignment.maximising(RowMatrix(rows: 2, columns: 0)) == [nil, nil])
  }

  @Test func findsAPlantedPermutationAmongManyRows() {
    var scores = Self.random(200, 200, seed: 7)
    for row in 0..<200 { scores.values[row * 200 + (row * 77 + 5) % 200] = 2 }
    #expect(LinearAssignment.maximising(scores) == (0..<200).map { ($0 * 77 + 5) % 200 })
  }
}

@Suite struct IndexOrderTests {
  @Test(arguments: [
    ([], 0), ([3], 1), ([0, 1, 2], 3), ([2, 1, 0], 1), ([1, 0, 3, 2], 2), ([5, 0, 6, 1, 7], 3),
  ])
  func countsTheLongestAscent(indices: [Int], length: Int) {
    #expect(IndexOrder.longestAscending(indices) == length)
  }

  @Test func pruningInOrderMovesNothing() {
    #expect(IndexOrder.movedShare([0, 4, 9, 11]) == 0)
    #expect(IndexOrder.movedShare([1, 0]) == 0.5)
  }
}

@Suite struct PolarFactorTests {
  @Test func recoversARotationFromItsScaledProduct() throws {
    var generator = SplitMix64(seed: 3)
    let rotation = RowMatrix(
      rows: 6, columns: 6, values: TinyLlama.rotation(side: 6, using: &generator))
    let points = TinyLlama.gaussian(40, 6, using: &generator)
    let product = points.transposedTimes(points.times(rotation))
    let found = try #require(PolarFactor.of(product))
    for (a, b) in zip(found.values, rotation.values) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func refusesNumbersThatAreNotFinite() {
    #expect(PolarFactor.of(RowMatrix(rows: 1, columns: 2, values: [1, .nan])) == nil)
  }

  @Test(arguments: [(3, 5), (5, 3)])
  func hasOrthonormalRowsOrColumns(rows: Int, columns: Int) throws {
    var generator = SplitMix64(seed: 9)
    let factor = try #require(
      PolarFactor.of(TinyLlama.gaussian(rows, columns, using: &generator)))
    #expect((factor.rows, factor.columns) == (rows, columns))
    let gram =
      rows < columns ? factor.timesTransposed(factor) : factor.transposedTimes(factor)
    for row in 0..<gram.rows {
      for column in 0..<gram.columns {
        #expect(abs(gram[row, column] - (row == column ? 1 : 0)) < 1e-5)
      }
    }
  }
}
