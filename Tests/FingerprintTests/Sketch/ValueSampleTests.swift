import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

@Suite struct ValueSampleTests {
  /// By the definition of the places.
  private func expected(_ values: [Float], rows: Int, columns: Int) -> [Float] {
    ValueSample.places(rows: rows, columns: columns).map { values[$0.row * columns + $0.column] }
  }

  @Test(
    arguments: [
      (1_000, 300), (300, 1_000), (64, 64), (33, 7), (5, 5), (2, 1_100_000), (1_800, 600),
    ])
  func holdsTheValuesOfItsPlacesInEveryOrder(rows: Int, columns: Int) async throws {
    var random = ModelRandom(seed: 41)
    let values = random.floats(rows * columns)
    let tensor = Tensor("w", [rows, columns], values)
    for threads in [1, 2] {
      let found = try await Single.fingerprints([(tensor, .whole(rows, columns))], threads: threads)
      let sample = try #require(found[0].sample)
      #expect(sample.values == expected(values, rows: rows, columns: columns))
      #expect(sample.values.count == ValueSample.count(rows: rows, columns: columns))
    }
  }

  @Test(arguments: [(96, 40), (40, 96), (50, 50)])
  func isThatOfTheTransposeWhereTheOrientationIsKnown(rows: Int, columns: Int) async throws {
    var random = ModelRandom(seed: 42)
    let matrix = random.matrix(rows, columns, deviation: 1)
    let plain = try await Single.fingerprint(
      Tensor("w", [rows, columns], matrix.floats), .whole(rows, columns))
    let turned = try await Single.fingerprint(
      Tensor("w", [columns, rows], matrix.transposed.floats),
      .whole(columns, rows, transposed: true))
    #expect(plain.sample != nil)
    #expect(plain.sample == turned.sample)
  }

  @Test(arguments: [(96, 40), (50, 50)])
  func turnsWhereTheOrientationIsNotKnown(rows: Int, columns: Int) async throws {
    var random = ModelRandom(seed: 43)
    let matrix = random.matrix(rows, columns, deviation: 1)
    let plain = try await Single.matrix(matrix.floats, rows: rows, columns: columns)
    let turned = try await Single.matrix(matrix.transposed.floats, rows: columns, columns: rows)
    #expect(plain.sample != nil)
    #expect(plain.sample == turned.sample?.transposed(rows: columns, columns: rows))
  }

  @Test(arguments: [ElementType.bfloat16, .float16, .float32, .float64])
  func holdsDecodedValuesOfEveryType(type: ElementType) async throws {
    var random = ModelRandom(seed: 44)
    let values = random.floats(90 * 70)
    let plain = try await Single.matrix(values, rows: 90, columns: 70, as: type)
    let sample = try #require(plain.sample)
    for (value, exact) in zip(sample.values, expected(values, rows: 90, columns: 70)) {
      #expect(abs(value - exact) <= 0.005 * abs(exact) + 0.001)
    }
    #expect(Set(sample.values).count > 20)
  }

  @Test func keepsWhatIsNoNumber() async throws {
    var values = [Float](repeating: 0.5, count: 64 * 64)
    for index in stride(from: 0, to: values.count, by: 2) { values[index] = .nan }
    let sample = try #require(
      try await Single.matrix(values, rows: 64, columns: 64, as: .bfloat16).sample)
    #expect(sample.values.contains { $0.isNaN })
    #expect(sample.values.contains(0.5))
    #expect(sample == sample)
  }

  @Test(arguments: [257, 4_096, 1_100_000])
  func holdsTheValuesThatDrawsFallOnOfALongVector(count: Int) async throws {
    var random = ModelRandom(seed: 45)
    let values = random.floats(count)
    let expected = ValueSample.places(ofVector: count).map { values[$0] }
    for shape in [[count], [count, 1], [1, count]] {
      let tensor = Tensor("v", shape, values)
      let rows = shape.count == 2 ? shape[0] : 1
      for threads in [1, 2] {
        let found = try await Single.fingerprints(
          [(tensor, .whole(rows, count / rows))], threads: threads)
        #expect(found[0].sample?.values == expected)
      }
    }
    #expect(expected.count == 2 * ValueSample.limit)
  }

  /// So that what a vector says of the rows or columns of a matrix can be held against its values.
  @Test(arguments: [(300, 900), (900, 300), (300, 300)])
  func numbersOfARowOrColumnAreAmongThoseOfAVector(rows: Int, columns: Int) {
    let (perRow, perColumn) = (
      ValueSample.places(ofVector: rows), ValueSample.places(ofVector: columns)
    )
    let draws = ValueSample.draws(rows: rows, columns: columns)
    for (place, draw) in zip(ValueSample.places(rows: rows, columns: columns), draws) {
      #expect(perRow[draw.row] == place.row)
      #expect(perColumn[draw.column] == place.column)
      #expect(ValueSample.place(draw.column, below: columns / 100) == place.column / 100)
    }
  }

  @Test func shortVectorsAndCodesHaveNone() async throws {
    let vector = try await Single.vector([Float](repeating: 1, count: 255) + [2])
    #expect(vector.vector?.count == 256)
    #expect(vector.sample == nil)
    let codes = try await Single.matrix(
      [Float](repeating: 3, count: 400), rows: 20, columns: 20, as: .int32)
    #expect(codes.sample == nil)
  }

  @Test func isWrittenInTheNarrowestTypeThatHoldsIt() {
    let cases: [(SampleEncoding, [Float])] = [
      (.bfloat16, [0.5, -3, 0, -0.0, 0x1p100]), (.float16, [0.5, 1 + 1 / 512]),
      (.float32, [0x1p100, 1 + 1 / 512]), (.float32, [0.1]), (.bfloat16, []),
    ]
    for (encoding, values) in cases {
      #expect(SampleEncoding.narrowest(of: values) == encoding)
      let bytes = encoding.bytes(of: values)
      #expect(bytes.count == encoding.size * values.count)
      #expect(ValueSample(values: encoding.values(of: bytes[...])) == ValueSample(values: values))
    }
  }

  /// Places that crowded in a corner would say little of the rest.
  @Test func placesAreSpreadOverTheMatrix() {
    let places = ValueSample.places(rows: 1024, columns: 4096)
    for quarter in 0..<4 {
      #expect((40...90).contains(places.count { $0.row / 256 == quarter }))
      #expect((40...90).contains(places.count { $0.column / 1024 == quarter }))
    }
    #expect(Set(places.map { [$0.row, $0.column] }).count > 250)
  }

  @Test func unboundedShapesHaveAsManyPlacesAsTheLimit() {
    #expect(ValueSample.count(rows: .max, columns: .max) == ValueSample.limit)
    #expect(ValueSample.count(rows: -5, columns: 5) == 0)
  }
}
