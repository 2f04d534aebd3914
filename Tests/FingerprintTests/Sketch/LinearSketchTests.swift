import Canonicalise
import Crypto
import Foundation
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct LinearSketchTests {
  @Test(arguments: [(2, 2), (31, 33), (32, 32), (33, 70), (100, 257), (257, 3)])
  func isTheSignedSumOverResidues(rows: Int, columns: Int) async throws {
    var random = ModelRandom(seed: 21)
    let values = random.floats(rows * columns)
    let sketch = try #require(
      try await Single.matrix(values, rows: rows, columns: columns).matrix)
    #expect(NaiveSketch(values, rows: rows, columns: columns).deviation(sketch.raw) < 1e-6)
    #expect(sketch.rows == rows)
    #expect(sketch.columns == columns)
  }

  /// Rows over several leaves, rows longer than a leaf, and one row of a little more than a leaf.
  @Test(arguments: [(1100, 1000), (3, (1 << 20) + 77)])
  func doesNotDependOnLeaves(rows: Int, columns: Int) async throws {
    let values = Self.cheap(rows * columns)
    #expect(LeafPlan(rows: rows, columns: columns).count > 1)
    let print = try await Single.matrix(values, rows: rows, columns: columns)
    let sketch = try #require(print.matrix)
    #expect(NaiveSketch(values, rows: rows, columns: columns).deviation(sketch.raw) < 1e-6)
    let squares = values.withUnsafeBufferPointer { $0.reduce(0.0) { $0 + Double($1 * $1) } }
    #expect(abs(print.moments.frobeniusNorm / squares.squareRoot() - 1) < 1e-6)
  }

  @Test func isLinear() async throws {
    var random = ModelRandom(seed: 22)
    let (rows, columns) = (70, 95)
    let (a, b) = (random.floats(rows * columns), random.floats(rows * columns))
    let mixed = zip(a, b).map { 0.6 * $0 - 1.7 * $1 }
    func centred(_ values: [Float]) async throws -> [Float] {
      try await Self.centred(values, rows: rows, columns: columns)
    }
    let (sa, sb, sm) = (try await centred(a), try await centred(b), try await centred(mixed))
    for i in sm.indices { #expect(abs(sm[i] - (0.6 * sa[i] - 1.7 * sb[i])) < 1e-4) }
  }

  @Test func ofTheTransposeIsTheTranspose() async throws {
    var random = ModelRandom(seed: 23)
    let (rows, columns) = (45, 71)
    let values = random.floats(rows * columns)
    let turned = ModelMatrix(rows: rows, columns: columns, values: values.map(Double.init))
      .transposed.floats
    let plain = try #require(
      try await Single.matrix(values, rows: rows, columns: columns).matrix)
    let other = try #require(
      try await Single.matrix(turned, rows: columns, columns: rows).matrix)
    Self.expectNear(plain, other.transposed)
    #expect(plain.transposed.transposed == plain)
  }

  @Test func centredIsTheSketchOfTheMatrixLessItsRowAndColumnMeans() async throws {
    var random = ModelRandom(seed: 24)
    let (rows, columns) = (67, 50)
    let (offsets, lifts) = (random.floats(columns, deviation: 3), random.floats(rows))
    var values = random.floats(rows * columns)
    for r in 0..<rows { for c in 0..<columns { values[r * columns + c] += offsets[c] + lifts[r] } }
    var explicit = values
    for c in 0..<columns {
      let mean = (0..<rows).reduce(0) { $0 + explicit[$1 * columns + c] } / Float(rows)
      for r in 0..<rows { explicit[r * columns + c] -= mean }
    }
    for r in 0..<rows {
      let mean = explicit[r * columns..<(r + 1) * columns].reduce(0, +) / Float(columns)
      for c in 0..<columns { explicit[r * columns + c] -= mean }
    }
    let centred = try await Self.centred(values, rows: rows, columns: columns)
    #expect(NaiveSketch(explicit, rows: rows, columns: columns).deviation(centred) < 1e-5)
  }

  @Test func cosineOfSketchesEstimatesThatOfMatrices() async throws {
    var random = ModelRandom(seed: 25)
    let (a, noise) = (random.floats(200 * 160), random.floats(200 * 160))
    let b = zip(a, noise).map { 0.6 * $0 + 0.8 * $1 }
    let x = try await Self.centred(a, rows: 200, columns: 160)
    let y = try await Self.centred(b, rows: 200, columns: 160)
    func dot(_ u: [Float], _ v: [Float]) -> Double {
      zip(u, v).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let cosine = dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    // Four standard errors of a cosine over 1024 numbers.
    #expect(abs(cosine - 0.6) < 4 * 0.64 / 32)
  }

  private static func centred(
    _ values: [Float], rows: Int, columns: Int
  ) async throws -> [Float] {
    let print = try await Single.matrix(values, rows: rows, columns: columns)
    return try #require(print.matrix).centred(mean: print.moments.mean)
  }

  static func expectNear(_ a: LinearSketch, _ b: LinearSketch, _ tolerance: Float = 1e-4) {
    #expect(a.rows == b.rows)
    #expect(a.columns == b.columns)
    func near(_ x: [Float], _ y: [Float]) -> Bool {
      zip(x, y).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0)) }
    }
    #expect(near(a.raw, b.raw))
    #expect(near(a.columnMeans, b.columnMeans))
    #expect(near(a.rowMeans, b.rowMeans))
  }

  /// Numbers without structure, faster to make than Gaussian ones.
  static func cheap(_ count: Int) -> [Float] {
    var random = SplitMix64Floats(seed: 5)
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      for i in 0..<count { buffer[i] = random.next() }
      initialised = count
    }
  }
}

/// Uniform floats in ±1 from a linear congruence: for large arrays in unoptimised builds.
struct SplitMix64Floats {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
  }
}
