import Kernels
import TestSupport
import Testing

/// The projection of bfloat16 numbers in pairs, against that of the same numbers as floats.
@Suite struct ProjectPairsTests {
  private static func random(_ count: Int, seed: UInt64) -> [Float] {
    var random = ModelRandom(seed: seed)
    var values = random.floats(count)
    skm_round_to_bf16(&values, values.count)
    return values
  }

  private static func halves(_ values: [Float]) -> [UInt16] {
    var result = [UInt16](repeating: 0, count: values.count)
    skm_encode_bf16(values, &result, result.count)
    return result
  }

  private static func paired(_ values: [Float], rows: Int, columns: Int) -> [UInt32] {
    var result = [UInt32](repeating: .max, count: (rows + 1) / 2 * columns)
    skm_pair_rows(halves(values), rows, columns, &result)
    return result
  }

  @Test(
    .enabled(if: skm_has_bf16_products() != 0, "this processor has no AVX512-BF16"),
    arguments: [1, 2, 7, 8, 9, 40], [1, 2, 3, 64, 511, 1100])
  func agreesWithTheProjectionOfFloats(items: Int, depth: Int) {
    // `[depth, items]`, as a writer is stored: rows are paired.
    let matrix = Self.random(depth * items, seed: 21)
    let probes = Self.random(depth * 64, seed: 22)
    var expected = [Float](repeating: 1, count: items * 64)
    skm_project(matrix, items, 1, depth, items, probes, &expected)
    var result = [Float](repeating: 1, count: items * 64)
    skm_project_pairs(
      Self.paired(matrix, rows: depth, columns: items), items, 1, (depth + 1) / 2, items,
      Self.paired(probes, rows: depth, columns: 64), &result)
    let wrong = zip(result, expected).filter { abs($0 - $1) > 1e-6 * Float(depth + 4) }
    #expect(wrong.isEmpty)
  }

  @Test(.enabled(if: skm_has_bf16_products() != 0, "this processor has no AVX512-BF16"))
  func takesRowsAsTheyAreStored() {
    let (items, depth) = (13, 34)
    let matrix = Self.random(items * depth, seed: 23)
    let probes = Self.random(depth * 64, seed: 24)
    var expected = [Float](repeating: 0, count: items * 64)
    skm_project(matrix, items, depth, depth, 1, probes, &expected)
    var result = [Float](repeating: 0, count: items * 64)
    Self.halves(matrix).withUnsafeBytes { bytes in
      let pairs = (0..<items * depth / 2).map {
        bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)
      }
      skm_project_pairs(
        pairs, items, depth / 2, depth / 2, 1, Self.paired(probes, rows: depth, columns: 64),
        &result)
    }
    #expect(zip(result, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func pairsTheLastRowWithZeros() {
    var target = [UInt32](repeating: .max, count: 4)
    skm_pair_rows([1, 2, 3, 4, 5, 6], 3, 2, &target)
    #expect(target == [0x0003_0001, 0x0004_0002, 5, 6])
  }

  @Test func roundsToTheNearestWithTiesToEven() {
    let ulp = Float(0x1p-7)
    var values: [Float] = [1 + ulp / 2, 1 + 1.5 * ulp, 1 + 0.51 * ulp, -1 - 0.49 * ulp, 0, -0.0]
    skm_round_to_bf16(&values, values.count)
    #expect(values == [1, 1 + 2 * ulp, 1 + ulp, -1, 0, 0])
    #expect(values[5].sign == .minus)
  }

  @Test func clearsWhatIsNotFinite() {
    var values: [UInt16] = [0x7F80, 0xFF80, 0x7FC0, 0x7F7F, 0x8000, 0x0001, 0xFF81]
    skm_clear_bf16(&values, values.count)
    #expect(values == [0, 0, 0, 0x7F7F, 0x8000, 0x0001, 0])
  }
}
