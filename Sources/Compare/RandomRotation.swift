import Fingerprint
import Foundation
import Load

/// Random orthogonal matrices, uniform (Haar) over the group.
enum RandomRotation {
  /// Part of a fixed sequence, made on all cores.
  ///
  /// - Parameters:
  ///   - numbers: which of it, from 0 on.
  ///   - seed: each matrix has a generator of its own, which follows from it.
  static func sequence(_ numbers: Range<Int>, side: Int, seed: UInt64) -> [[Float]] {
    Concurrent.map(numbers.count, threads: ProcessInfo.processInfo.activeProcessorCount) { place in
      let number = UInt64(numbers.lowerBound + place)
      var generator = SplitMix64(seed: seed &+ number &* 0x9E37_79B9_7F4A_7C15)
      return next(side: side, using: &generator)
    }
  }

  /// Modified Gram–Schmidt on a Gaussian matrix, in double; row-major `[side, side]`.
  ///
  /// - Numerics: a Gaussian matrix is far from singular, so one round leaves rows orthogonal to about
  ///   1e-12 (Björck, 1967), which is beyond what floats keep.
  static func next(side: Int, using generator: inout SplitMix64) -> [Float] {
    var matrix: [Double] = []
    matrix.reserveCapacity(side * side)
    while matrix.count < side * side {
      var row: [Double] = []
      while row.count < side {
        let (first, second) = generator.nextGaussianPair()
        row += [first, second]
      }
      row.removeLast(row.count - side)
      for start in stride(from: 0, to: matrix.count, by: side) {
        subtractProjection(on: matrix[start..<start + side], from: &row)
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-6 else { continue }
      matrix += row.map { $0 / norm }
    }
    return matrix.map(Float.init)
  }

  private static func subtractProjection(on other: ArraySlice<Double>, from row: inout [Double]) {
    other.withUnsafeBytes { other in
      row.withUnsafeMutableBytes { row in
        // Eight sums at a time: one would wait for each addition. Not fused with the product, which
        // without the instruction is a call of the mathematical library.
        typealias Lanes = SIMD8<Double>
        let size = MemoryLayout<Lanes>.size
        let whole = row.count / size * size
        var sums = Lanes.zero
        for offset in stride(from: 0, to: whole, by: size) {
          sums +=
            row.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
            * other.loadUnaligned(fromByteOffset: offset, as: Lanes.self)
        }
        let (row, other) = (row.bindMemory(to: Double.self), other.bindMemory(to: Double.self))
        let rest = whole / MemoryLayout<Double>.size..<row.count
        let overlap = rest.reduce(sums.sum()) { $0 + row[$1] * other[$1] }
        for i in row.indices { row[i] -= overlap * other[i] }
      }
    }
  }
}

/// Mean and standard deviation of a sample.
struct SampleMoments {
  let mean: Double
  let deviation: Double

  init(_ values: [Double]) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = (squares / max(count - 1, 1)).squareRoot()
  }
}
