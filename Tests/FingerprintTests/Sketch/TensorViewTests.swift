import Canonicalise
import Load
import TestSupport
import Testing

@testable import Fingerprint

/// Parts of fused tensors have the fingerprints of the same numbers stored apart.
@Suite struct TensorViewTests {
  private let hidden = 48
  private let headSize = 8

  @Test func fusedRowsEqualSeparateTensors() async throws {
    var random = ModelRandom(seed: 31)
    let parts = (0..<3).map { _ in random.floats(40 * hidden) }
    let fused = Tensor("fused", [120, hidden], parts.flatMap(\.self))
    for (index, part) in parts.enumerated() {
      let view = TensorView(
        offset: index * 40 * hidden, storedColumns: hidden, rows: .init(0..<40),
        columns: .init(0..<hidden), transposed: false, shape: [40, hidden])
      try await expectEqual(fused, view, Tensor("part", [40, hidden], part), .whole(40, hidden))
    }
  }

  /// Conv1D: the parts are runs of columns of a matrix that is stored transposed.
  @Test func fusedColumnsEqualSeparateTensors() async throws {
    var random = ModelRandom(seed: 32)
    let fused = random.matrix(hidden, 3 * 40, deviation: 1)
    let tensor = Tensor("fused", [hidden, 120], fused.floats)
    for index in 0..<3 {
      let view = TensorView(
        offset: 0, storedColumns: 120, rows: .init(0..<hidden),
        columns: .init(index * 40..<(index + 1) * 40), transposed: true, shape: [40, hidden])
      let part = fused.columns(Array(index * 40..<(index + 1) * 40))
      try await expectEqual(
        tensor, view, Tensor("part", [hidden, 40], part.floats),
        .whole(hidden, 40, transposed: true))
    }
  }

  /// GPT-NeoX: rows are query, key, value of the first head, then of the second, and so on.
  @Test func interleavedHeadsEqualSeparateTensors() async throws {
    var random = ModelRandom(seed: 33)
    let heads = 5
    let fused = random.matrix(3 * heads * headSize, hidden, deviation: 1)
    let tensor = Tensor("fused", [fused.rows, hidden], fused.floats)
    for part in 0..<3 {
      let rows = TensorView.Selection(
        start: part * headSize, count: heads * headSize, block: headSize, stride: 3 * headSize)
      let view = TensorView(
        offset: 0, storedColumns: hidden, rows: rows, columns: .init(0..<hidden),
        transposed: false, shape: [heads * headSize, hidden])
      let separate = fused.rows((0..<heads * headSize).map(rows.index))
      try await expectEqual(
        tensor, view, Tensor("part", [separate.rows, hidden], separate.floats),
        .whole(separate.rows, hidden))
    }
  }

  /// gpt-oss: gate and up take turns row by row; here in bf16 and column by column as stored.
  @Test func alternatingColumnsEqualSeparateTensors() async throws {
    var random = ModelRandom(seed: 34)
    let fused = random.matrix(hidden, 66, deviation: 1)
    let tensor = Tensor("fused", [hidden, 66], fused.floats, as: .bfloat16)
    for part in 0..<2 {
      let columns = TensorView.Selection(start: part, count: 33, block: 1, stride: 2)
      let view = TensorView(
        offset: 0, storedColumns: 66, rows: .init(0..<hidden), columns: columns, transposed: true,
        shape: [33, hidden])
      let separate = fused.columns((0..<33).map(columns.index))
      try await expectEqual(
        tensor, view, Tensor("part", [hidden, 33], separate.floats, as: .bfloat16),
        .whole(hidden, 33, transposed: true))
    }
  }

  @Test func transposedStorageHasTheSameSketchAndMoments() async throws {
    var random = ModelRandom(seed: 35)
    let matrix = random.matrix(44, 70, deviation: 1)
    let plain = try await Single.fingerprint(
      Tensor("w", [44, 70], matrix.floats), .whole(44, 70))
    let turned = try await Single.fingerprint(
      Tensor("w", [70, 44], matrix.transposed.floats), .whole(70, 44, transposed: true))
    LinearSketchTests.expectNear(try #require(plain.matrix), try #require(turned.matrix))
    #expect(plain.shape == turned.shape)
    #expect(turned.storedTransposed)
    #expect(abs(plain.moments.standardDeviation - turned.moments.standardDeviation) < 1e-6)
  }

  private func expectEqual(
    _ fused: Tensor, _ view: TensorView, _ separate: Tensor, _ whole: TensorView
  ) async throws {
    var part = try await Single.fingerprint(fused, view)
    let alone = try await Single.fingerprint(separate, whole)
    part.name = alone.name
    #expect(part == alone)
    #expect(part.matrix != nil)
  }
}
