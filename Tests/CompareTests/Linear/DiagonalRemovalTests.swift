import Fingerprint
import Testing

@testable import Compare

@Suite struct DiagonalRemovalTests {
  /// Beside the alternating projections, round by round: squares, gates, what fills no bucket twice.
  @Test(arguments: [(64, 64), (80, 80), (128, 32), (20, 20), (12, 48), (4096, 4096)])
  func leavesWhatAlternatingProjectionsLeave(rows: Int, columns: Int) {
    let side = LinearSketch.side
    var random = SplitMix64(seed: UInt64(rows + columns))
    let sketch = (0..<side * side).map { _ in Float(random.nextGaussianPair().0) }
    let (long, short) = (max(rows, columns), min(rows, columns))
    let entries = (0..<long / short).flatMap { gate in
      (0..<min(short, side)).map { i in
        let (along, across) = ((gate * short + i) % side, i % side)
        return rows >= columns ? along * side + across : across * side + along
      }
    }
    let diagonal = Set(entries).sorted()
    let removal = DiagonalRemoval(rows: rows, columns: columns, diagonal: diagonal)
    let found = removal.applied(to: sketch)
    let expected = Self.alternating(sketch, rows: rows, columns: columns, diagonal: diagonal)
    #expect(zip(expected, found).allSatisfy { abs($0 - Double($1)) < 1e-6 })
    #expect(diagonal.allSatisfy { found[$0] == 0 })
  }

  private static func alternating(
    _ sketch: [Float], rows: Int, columns: Int, diagonal: [Int]
  ) -> [Double] {
    let side = LinearSketch.side
    func direction(_ count: Int) -> [Double] {
      let sums = IndexHash.signSums(count)
      let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return sums.map { length > 0 ? $0 / length : 0 }
    }
    let (u, v) = (direction(rows), direction(columns))
    var values = sketch.map(Double.init)
    for _ in 0..<24 {
      for row in 0..<side {
        let part = (0..<side).reduce(0.0) { $0 + values[row * side + $1] * v[$1] }
        for column in 0..<side { values[row * side + column] -= part * v[column] }
      }
      for column in 0..<side {
        let part = (0..<side).reduce(0.0) { $0 + values[$1 * side + column] * u[$1] }
        for row in 0..<side { values[row * side + column] -= part * u[row] }
      }
      for entry in diagonal { values[entry] = 0 }
    }
    return values
  }
}
