import Kernels
import TestSupport
import Testing

@testable import Fingerprint

/// `skm_fold_rows` against sums taken one value at a time in double.
@Suite struct FoldRowsTests {
  static let lengths = Array(0...67) + [511, 16_383, 16_384, 16_385, 40_003]

  @Test func agreesWithScalarSumsAtEveryLength() {
    var random = ModelRandom(seed: 1)
    for columns in Self.lengths {
      let rows = columns < 100 ? 5 : 2
      check(slab: random.floats(rows * columns), rows: rows, columns: columns, stride: columns)
    }
  }

  @Test(arguments: [0, 1, 31, 32, 45])
  func countsRowsFromTheFirstOneInTheMatrix(firstRow: Int) {
    var random = ModelRandom(seed: 2)
    check(slab: random.floats(40 * 33), rows: 40, columns: 33, stride: 33, firstRow: firstRow)
  }

  @Test(arguments: [1, 3, 32, 100])
  func leavesTheGapBetweenRowsAlone(gap: Int) {
    var random = ModelRandom(seed: 3)
    let (rows, columns) = (4, 37)
    var slab = random.floats(rows * (columns + gap))
    for row in 0..<rows {
      for i in 0..<gap { slab[row * (columns + gap) + columns + i] = .nan }
    }
    let after = check(slab: slab, rows: rows, columns: columns, stride: columns + gap)
    #expect(after.filter(\.isNaN).count == rows * gap)
  }

  @Test func countsSpecialValuesAndSumsTheRest() {
    var random = ModelRandom(seed: 4)
    let special: [Float] = [
      .nan, -.nan, .infinity, -.infinity, 0, -0, .leastNonzeroMagnitude, -.leastNormalMagnitude / 2,
      .signalingNaN, Float(bitPattern: 0xFFFF_FFFF),
    ]
    for columns in [1, 10, 31, 32, 33, 67, 16_400] {
      var slab = random.floats(3 * columns)
      for i in slab.indices where random.next() % 3 == 0 {
        slab[i] = special[Int(random.next() % UInt64(special.count))]
      }
      let after = check(slab: slab, rows: 3, columns: columns, stride: columns)
      #expect(after.allSatisfy { $0.isFinite })
    }
  }

  @Test func addsToWhatIsThere() {
    let signs = IndexHash.signs(0..<8)
    var partial = skm_partial()
    for value: Float in [1, 2] {
      var slab = [Float](repeating: value, count: 8)
      skm_fold_rows(&slab, 1, 8, 8, 0, [1], signs, &partial)
    }
    #expect(partial.sum == 24)
    #expect(partial.sum_of_squares == 40)
    #expect(partial.absolute_maximum == 2)
    #expect(partial.sketchValues[0] == 3 * signs[0])
  }

  /// Returns the slab as the kernel leaves it.
  @discardableResult
  private func check(
    slab: [Float], rows: Int, columns: Int, stride: Int, firstRow: Int = 0
  ) -> [Float] {
    let rowSigns = IndexHash.signs(firstRow..<firstRow + rows)
    let columnSigns = IndexHash.signs(0..<columns)
    var expected = ScalarSums()
    for row in 0..<rows {
      for column in 0..<columns {
        expected.add(
          slab[row * stride + column], row: firstRow + row, column: column,
          rowSign: rowSigns[row], columnSign: columnSigns[column])
      }
    }
    var after = slab
    KernelLevels.forEach { level in
      after = slab
      var partial = skm_partial()
      skm_fold_rows(
        &after, rows, columns, stride, firstRow, rowSigns, columnSigns, &partial)
      expected.expectEqual(
        partial, "\(rows) x \(columns), stride \(stride), from row \(firstRow), \(level)")
    }
    return after
  }
}

/// What `skm_fold_rows` promises, without any of its tricks.
private struct ScalarSums {
  var sketch = [Double](repeating: 0, count: 1024)
  var columnFold = [Double](repeating: 0, count: 32)
  var rowFold = [Double](repeating: 0, count: 32)
  var powers = [Double](repeating: 0, count: 5)
  var magnitudes = [Double](repeating: 0, count: 5)
  var maximum: Float = 0
  var (zeros, nans, infinities): (UInt64, UInt64, UInt64) = (0, 0, 0)

  mutating func add(_ value: Float, row: Int, column: Int, rowSign: Float, columnSign: Float) {
    if value.isNaN { nans += 1 }
    if value.isInfinite { infinities += 1 }
    if value == 0 { zeros += 1 }
    guard value.isFinite else { return }
    let x = Double(value)
    sketch[row % 32 * 32 + column % 32] += Double(rowSign * columnSign) * x
    columnFold[column % 32] += Double(columnSign) * x
    rowFold[row % 32] += Double(rowSign) * x
    var power = 1.0
    for i in powers.indices {
      powers[i] += power
      magnitudes[i] += abs(power)
      power *= x
    }
    maximum = max(maximum, abs(value))
  }

  func expectEqual(_ partial: skm_partial, _ comment: String) {
    // Float lanes of at most 512 terms.
    func near(_ a: Double, _ b: Double, _ magnitude: Double) -> Bool {
      abs(a - b) <= 4e-6 * magnitude + 1e-30
    }
    let scale = magnitudes[1]
    #expect(
      zip(partial.sketchValues, sketch).allSatisfy { near(Double($0), $1, scale) }, "\(comment)")
    #expect(
      zip(partial.columnFoldValues, columnFold).allSatisfy { near(Double($0), $1, scale) },
      "\(comment)")
    #expect(
      zip(partial.rowFoldValues, rowFold).allSatisfy { near(Double($0), $1, scale) }, "\(comment)")
    #expect(near(partial.sum, powers[1], magnitudes[1]), "\(comment)")
    #expect(near(partial.sum_of_squares, powers[2], magnitudes[2]), "\(comment)")
    #expect(near(partial.sum_of_cubes, powers[3], magnitudes[3]), "\(comment)")
    #expect(near(partial.sum_of_fourths, powers[4], magnitudes[4]), "\(comment)")
    #expect(partial.absolute_maximum == maximum, "\(comment)")
    #expect(partial.zeros == zeros, "\(comment)")
    #expect(partial.nans == nans, "\(comment)")
    #expect(partial.infinities == infinities, "\(comment)")
  }
}
