import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct SmallTensorTests {
  @Test(arguments: [(0, 5), (5, 0), (0, 0)])
  func emptyTensorsHaveNothingToCompare(rows: Int, columns: Int) async throws {
    let print = try await Single.matrix([], rows: rows, columns: columns)
    #expect(print.sketch == .none)
    #expect(print.elementCount == 0)
    #expect(!print.isEvidence)
  }

  @Test func scalarIsAVectorOfOne() async throws {
    let view = TensorView(
      offset: 0, storedColumns: 1, rows: .init(0..<1), columns: .init(0..<1), transposed: false,
      shape: [])
    let print = try await Single.fingerprint(Tensor("s", [], [2.5]), view)
    #expect(print.elementCount == 1)
    #expect(print.vector == [0])
    #expect(print.moments.mean == 2.5)
    #expect(print.isConstant)
  }

  @Test(arguments: [1, 2, 31, 255, 256])
  func shortVectorsAreKeptWholeLessTheirMean(count: Int) async throws {
    var random = ModelRandom(seed: 51)
    let values = random.floats(count).map { $0 + 7 }
    let sketch = try #require(try await Single.vector(values).vector)
    let mean = values.reduce(0, +) / Float(count)
    #expect(sketch.count == count)
    #expect(zip(sketch, values).allSatisfy { abs($0 - ($1 - mean)) < 1e-5 })
  }

  @Test(arguments: [257, 1000])
  func longVectorsFoldInto256(count: Int) async throws {
    var random = ModelRandom(seed: 52)
    let values = random.floats(count).map { $0 + 7 }
    let sketch = try #require(try await Single.vector(values).vector)
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(count)
    var expected = [Double](repeating: 0, count: 256)
    for (i, value) in values.enumerated() {
      expected[i % 256] += Double(IndexHash.sign(i)) * (Double(value) - mean)
    }
    #expect(zip(sketch, expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
  }

  /// A longer vector than one leaf.
  @Test func veryLongVectorsFoldAcrossLeaves() async throws {
    let count = (1 << 20) + 300
    let values = LinearSketchTests.cheap(count)
    let sketch = try #require(try await Single.vector(values).vector)
    var (expected, signs, sum) = (
      [Double](repeating: 0, count: 256), [Double](repeating: 0, count: 256), 0.0
    )
    values.withUnsafeBufferPointer { values in
      for i in 0..<count {
        let sign = Double(IndexHash.sign(i))
        expected[i % 256] += sign * Double(values[i])
        signs[i % 256] += sign
        sum += Double(values[i])
      }
    }
    for i in expected.indices { expected[i] -= sum / Double(count) * signs[i] }
    #expect(zip(sketch, expected).allSatisfy { abs(Double($0) - $1) < 1e-3 })
  }

  @Test func oneRowAndOneColumnAreVectors() async throws {
    var random = ModelRandom(seed: 53)
    let values = random.floats(100)
    let row = try await Single.matrix(values, rows: 1, columns: 100)
    let column = try await Single.matrix(values, rows: 100, columns: 1)
    let (a, b) = (try #require(row.vector), try #require(column.vector))
    #expect(a.count == 100)
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func integersAreNoEvidence() async throws {
    let tensor = Tensor(
      name: "ids", elementType: .int64, shape: [4, 8],
      storage: MemoryStorage((0..<256).map { UInt8($0) }))
    let print = try await Single.fingerprint(tensor, .whole(4, 8))
    #expect(!print.isEvidence)
  }
}
