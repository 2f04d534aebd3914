import Foundation

/// Seeded random numbers, matrices and symmetries: the same on every run.
package struct ModelRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64
  private var spare: Double?

  package init(seed: UInt64) { generator = SplitMix64(seed: seed &* 0x2545_F491_4F6C_DD1D) }

  package mutating func next() -> UInt64 { generator.next() }

  /// In [0, 1).
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A standard normal number (Box and Muller).
  package mutating func gaussian() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  package mutating func vector(_ count: Int, mean: Double = 0, deviation: Double) -> [Double] {
    (0..<count).map { _ in mean + deviation * gaussian() }
  }

  package mutating func floats(_ count: Int, deviation: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(deviation * gaussian()) }
  }

  package mutating func matrix(_ rows: Int, _ columns: Int, deviation: Double) -> ModelMatrix {
    ModelMatrix(
      rows: rows, columns: columns, values: vector(rows * columns, deviation: deviation))
  }

  package mutating func permutation(_ count: Int) -> [Int] {
    Array(0..<count).shuffled(using: &self)
  }

  /// Uniform over the orthogonal group: a product of random Householder reflections would do, but
  /// Gram and Schmidt's method is easier to believe.
  package mutating func orthogonal(_ side: Int) -> ModelMatrix {
    var rows: [[Double]] = []
    while rows.count < side {
      var row = vector(side, deviation: 1)
      for _ in 0..<2 where !rows.isEmpty {
        let basis = ModelMatrix(rows: rows.count, columns: side, values: rows.flatMap(\.self))
        let overlaps = basis * ModelMatrix(rows: side, columns: 1, values: row)
        let shadow = overlaps.transposed * basis
        row = zip(row, shadow.values).map { $0 - $1 }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      rows.append(row.map { $0 / norm })
    }
    return ModelMatrix(rows: side, columns: side, values: rows.flatMap(\.self))
  }

  /// A matrix and its inverse, with singular values between ½ and 2.
  package mutating func invertible(
    _ side: Int
  ) -> (matrix: ModelMatrix, inverse: ModelMatrix) {
    let (left, right) = (orthogonal(side), orthogonal(side))
    let values = (0..<side).map { _ in pow(2, 2 * uniform() - 1) }
    return (
      left.scalingColumns(values) * right,
      right.transposed.scalingColumns(values.map { 1 / $0 }) * left.transposed
    )
  }

  /// Turns each pair (i, i + side/2) by an angle: what commutes with rotary positions.
  package mutating func rotary(_ side: Int) -> ModelMatrix {
    var result = ModelMatrix.identity(side)
    for i in 0..<side / 2 {
      let angle = 2 * Double.pi * uniform()
      let j = i + side / 2
      (result[i, i], result[i, j]) = (cos(angle), -sin(angle))
      (result[j, i], result[j, j]) = (sin(angle), cos(angle))
    }
    return result
  }
}
