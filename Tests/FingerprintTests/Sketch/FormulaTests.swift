import Canonicalise
import Foundation
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// What anybody can compute is told from what training made.
@Suite struct FormulaTests {
  /// A matrix and the formula that must be found behind it.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var formula: Formula?
    var shape: [Int]
    var value: @Sendable (_ row: Int, _ column: Int) -> Double
  }

  static let cases: [Case] = [
    Case(testDescription: "sinusoids", formula: .predictable, shape: [300, 64]) {
      let angle = Double($0) / pow(10000, Double($1 / 2 * 2) / 64)
      return $1.isMultiple(of: 2) ? sin(angle) : cos(angle)
    },
    Case(testDescription: "rotary table", formula: .predictable, shape: [512, 32]) {
      cos(Double($0) * pow(10000, -Double($1 % 16 * 2) / 32))
    },
    Case(testDescription: "Fourier basis with a window", formula: .predictable, shape: [129, 256]) {
      let window = 0.5 - 0.5 * cos(2 * Double.pi * Double($1) / 256)
      return window * cos(2 * Double.pi * Double($0 * $1) / 256)
    },
    Case(testDescription: "cosine transform", formula: .predictable, shape: [40, 128]) {
      cos(Double.pi / 128 * (Double($1) + 0.5) * Double($0))
    },
    Case(testDescription: "causal mask", formula: .predictable, shape: [128, 128]) {
      $1 <= $0 ? 1 : 0
    },
    Case(testDescription: "linear bias", formula: .predictable, shape: [96, 96]) {
      -0.25 * Double(abs($0 - $1))
    },
    Case(testDescription: "identity", formula: .selection, shape: [64, 64]) {
      $0 == $1 ? 1 : 0
    },
    Case(testDescription: "mask", formula: .mask, shape: [64, 64]) {
      ($0 / 8 * 7 + $1 / 8 * 3) % 5 < 2 && ($0 ^ $1) % 3 == 0 ? -100 : 0
    },
    Case(testDescription: "distances of scattered points", formula: .symmetric, shape: [60, 60]) {
      abs(noise($0, 0) - noise($1, 0)) + abs(noise($0, 1) - noise($1, 1))
    },
    Case(testDescription: "circulant", formula: .toeplitz, shape: [64, 64]) {
      noise(($0 - $1 + 64) % 64, 2)
    },
    Case(testDescription: "wavelets", formula: .levels, shape: [64, 64]) { row, column in
      guard row > 0 else { return 0.125 }
      let scale = 1 << (Int.bitWidth - 1 - row.leadingZeroBitCount)
      let width = 64 / scale
      guard column / width == row - scale else { return 0 }
      return (column % width < width / 2 ? 1 : -1) * (Double(scale) / 64).squareRoot()
    },
    Case(testDescription: "normal", formula: .random, shape: [64, 96]) { noise($0, $1) },
    Case(testDescription: "narrow", formula: .random, shape: [9, 300]) { noise($0, $1) },
    Case(testDescription: "ternary", formula: .random, shape: [64, 64]) {
      let value = noise($0, $1)
      return abs(value) < 0.5 ? 0 : value > 0 ? 0.02 : -0.02
    },
    Case(testDescription: "noisy Toeplitz", formula: .toeplitz, shape: [80, 64]) {
      noise($0 - $1 + 64, 2) + 0.5 * noise($0 + 100, $1)
    },
    Case(testDescription: "roads", formula: .graph, shape: [70, 70]) {
      max(0, noise($0, $1) - 0.8)
    },
    Case(testDescription: "blend weights", formula: .graph, shape: [200, 24]) {
      max(0, noise($0, $1) - 1)
    },
    Case(testDescription: "product of Hadamard matrices", formula: .orthogonal, shape: [96, 96]) {
      hadamard12($0 / 8, $1 / 8) * (($0 % 8 & $1 % 8).nonzeroBitCount.isMultiple(of: 2) ? 1 : -1)
    },
    Case(testDescription: "uniform", formula: .random, shape: [64, 64]) {
      2 * (0.5 * erfc(-noise($0, $1) / 2.0.squareRoot())) - 1
    },
    Case(testDescription: "counts", formula: .whole, shape: [4096]) { _, column in
      (abs(noise(3, column)) * 5000).rounded()
    },
    Case(testDescription: "table of neighbours", formula: .whole, shape: [256, 16]) {
      (noise($0, $1) * 700 + 3000).rounded()
    },
    Case(testDescription: "products of representations", formula: .levels, shape: [6000]) {
      _, column in
      guard column.isMultiple(of: 7) else { return 0 }
      let kind = Int(abs(noise(1, column)) * 40) % 40
      return (kind.isMultiple(of: 2) ? 1 : -1) * Double(kind + 2).squareRoot()
    },
    Case(testDescription: "Sobol's sequence, scrambled", formula: .even, shape: [256, 24]) {
      evenPoint($0, $1)
    },
    Case(testDescription: "the same as normal numbers", formula: .even, shape: [256, 24]) {
      normal(below: evenPoint($0, $1))
    },
    Case(testDescription: "reservoir", formula: .random, shape: [200, 200]) {
      noise($0 + 300, $1) > 1.5 ? 0.5 * erfc(-noise($0, $1) / 2.0.squareRoot()) - 0.5 : 0
    },
    Case(testDescription: "phases", formula: .random, shape: [8192]) {
      Double.pi * erfc(-noise($0, $1) / 2.0.squareRoot())
    },
    Case(testDescription: "mask of one row", formula: .mask, shape: [4096]) {
      noise($0, $1) > 0.3 ? 2 : 0
    },
    Case(testDescription: "gains of a norm", formula: nil, shape: [8192]) {
      1 + 0.05 * noise($0, $1)
    },
    Case(testDescription: "uniform points", formula: .random, shape: [256, 24]) {
      0.5 * erfc(-noise($0, $1) / 2.0.squareRoot())
    },
    Case(testDescription: "thinned draws in bfloat16", formula: .exchangeable, shape: [256, 256]) {
      guard noise($0 + 300, $1) > 1.2 else { return 0 }
      let value = Float(noise($0, $1) * abs(noise($0 + 200, $1)))
      return Double(Float(bitPattern: value.bitPattern & 0xFFFF_0000))
    },
    Case(
      testDescription: "thinned weights of one size each", formula: nil, shape: [100, 100]
    ) {
      noise($0 + 300, $1) > 1.2 ? noise($0, $1) * (0.2 + Double($0) / 50) : 0
    },
    Case(testDescription: "normal with unlike rows", formula: .exchangeable, shape: [64, 96]) {
      noise($0, $1) * ($0.isMultiple(of: 2) ? 1 : 1.5)
    },
    Case(testDescription: "normal with a direction in common", formula: nil, shape: [64, 96]) {
      noise($0, $1) + 0.5 * noise($0, 500) * noise(600, $1)
    },
    Case(
      testDescription: "heavy tails of one distribution", formula: .exchangeable, shape: [64, 96]
    ) {
      noise($0, $1) * abs(noise($0 + 200, $1))
    },
    Case(testDescription: "heavy tails with a direction in common", formula: nil, shape: [64, 96]) {
      noise($0, $1) * abs(noise($0 + 200, $1)) + 0.5 * noise($0, 500) * noise(600, $1)
    },
    Case(testDescription: "Halton's points as normal numbers", formula: .even, shape: [1024, 16]) {
      let primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
      var (index, share, point) = ($0 + 1, 1.0, 0.0)
      while index > 0 {
        share /= Double(primes[$1])
        point += share * Double(index % primes[$1])
        index /= primes[$1]
      }
      return normal(below: point)
    },
    Case(testDescription: "Chebyshev's differentiation", formula: .recurring, shape: [96, 96]) {
      guard $0 != $1 else { return 0 }
      func edge(_ index: Int) -> Double { index == 0 || index == 95 ? 2 : 1 }
      let sign: Double = ($0 + $1).isMultiple(of: 2) ? 1 : -1
      return sign * edge($0) / edge($1)
        / (cos(Double.pi * Double($0) / 95) - cos(Double.pi * Double($1) / 95))
    },
    Case(testDescription: "logarithms of counts", formula: .recurring, shape: [6000]) {
      log(1 + (abs(noise($0, $1)) * 30).rounded(.down))
    },
    Case(testDescription: "cosines of random features", formula: .saturated, shape: [100, 128]) {
      cos(noise($0, 0) * noise(1000, $1) * 3 + noise($0, 1) * noise(1001, $1) * 3)
    },
    Case(testDescription: "inverse distances", formula: .oneSigned, shape: [96, 128]) {
      1 / (0.05 + abs(noise($0, 0) - noise($1 + 300, 0)) + abs(noise($0, 1) - noise($1 + 300, 1)))
    },
    Case(
      testDescription: "Hermite's polynomials of draws", formula: .constantLine, shape: [500, 10]
    ) {
      let x = noise($0, 0)
      var (before, value) = (0.0, 1.0)
      for degree in 0..<$1 { (before, value) = (value, x * value - Double(degree) * before) }
      return value
    },
    Case(testDescription: "distances in a graph", formula: .recurring, shape: [60, 100]) {
      (abs(noise($0, 0) - noise($1, 1)) * 3).rounded()
    },
    Case(testDescription: "smoothed kinds", formula: .recurring, shape: [64, 64]) {
      noise($0, $1) > 1.5 ? 1.9 : -0.1
    },
    Case(testDescription: "weights of eight bits", formula: nil, shape: [128, 128]) {
      (noise($0, $1) * 20 + 10 * noise($0, 500) * noise(600, $1)).rounded()
        * (1 + abs(noise($0, 900))) * 0.013
    },
    Case(testDescription: "weights of four bits", formula: nil, shape: [64, 64]) {
      (noise($0, $1) * 3 + 2 * noise($0, 500) * noise(600, $1)).rounded() * 0.01
    },
    Case(testDescription: "sparse", formula: nil, shape: [64, 64]) {
      noise($0, $1 + 64) > 1 ? noise($0, $1) : 0
    },
    Case(testDescription: "low rank", formula: nil, shape: [64, 64]) {
      noise($0, 0) * noise($1, 1) + noise($0, 2) * noise($1, 3)
    },
    Case(testDescription: "counts as shares", formula: .exchangeable, shape: [80, 80]) {
      (noise($0, $1) * 6).rounded() / 15
    },
    Case(testDescription: "draws with loud columns", formula: .exchangeable, shape: [64, 64]) {
      noise($0, $1) * ($1 == 7 ? 40 : 1) + ($1 == 9 ? 5 : 0)
    },
  ]

  /// Paley's Hadamard matrix of order 12.
  @Sendable static func hadamard12(_ row: Int, _ column: Int) -> Double {
    guard row > 0 else { return 1 }
    guard column > 0, row != column else { return row == column ? 1 : -1 }
    return [1, 3, 4, 5, 9].contains((column - row + 11) % 11) ? 1 : -1
  }

  private static let order = (0..<64).sorted { noise(9, $0) < noise(9, $1) }

  /// Van der Corput's sequence in Owen's scrambling, another in every column, 64 points at a time in another order:
  /// one in each of as many strata.
  @Sendable static func evenPoint(_ row: Int, _ column: Int) -> Double {
    let row = row / 64 * 64 + order[row % 64]
    return (0..<8).reduce(0.5 / 256) { sum, digit in
      let before = row % (1 << digit)
      let isFlipped = noise(7000 + column, before + (1 << digit)) > 0
      return sum + ((row >> digit & 1 == 1) != isFlipped ? 0.5 / Double(1 << digit) : 0)
    }
  }

  /// The number below which a share of the standard normal distribution lies, by bisection.
  @Sendable static func normal(below share: Double) -> Double {
    var (low, high) = (-6.0, 6.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < share { low = middle } else { high = middle }
    }
    return low
  }

  /// A standard normal number that follows from its place.
  @Sendable static func noise(_ row: Int, _ column: Int) -> Double {
    var generator = Fingerprint.SplitMix64(seed: UInt64(row * 100_003 + column))
    return generator.nextGaussianPair().0
  }

  @Test(arguments: cases) func tellsFormulasFromWeights(example: Case) async throws {
    let print = try await Self.fingerprint(example)
    #expect(print.formula == example.formula, "left \(String(describing: print.unpredictable))")
    #expect(print.isEvidence == !(example.formula?.isConstant ?? false))
    #expect(!print.isSubstantial || example.formula == nil)
    #expect(print.isUnlearned == (example.formula.map { !$0.isConstant } ?? false))
  }

  /// The first extent of one that some buffers have, and a column that is a vector.
  @Test func seesFormulasInTablesOfOneRow() async throws {
    var table = Self.cases[0]
    table.shape = [1, 300, 64]
    #expect(try await Self.fingerprint(table).formula == .predictable)
    let window = Case(testDescription: "window", formula: .predictable, shape: [4096]) {
      0.5 - 0.5 * cos(2 * Double.pi * Double($0 + $1) / 4095)
    }
    #expect(try await Self.fingerprint(window).formula == .predictable)
  }

  private static func fingerprint(_ example: Case) async throws -> TensorFingerprint {
    let columns = example.shape.last ?? 1
    let values = (0..<example.shape.reduce(1, *)).map {
      Float(example.value($0 / columns, $0 % columns))
    }
    let checkpoint = Checkpoint("buffers", tensors: [Tensor("buffer", example.shape, values)])
    return try #require(try await Models.fingerprint(checkpoint).tensors.first)
  }
}
