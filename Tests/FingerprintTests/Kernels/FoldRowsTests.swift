import Kernels
import TestSupport
import Testing

@testable import Fingerprint

/// `skm_fold_rows` against sums taken one value at a time in double.
@Suite struct FoldRowsTests {
  static let lengths = Array(0...67) + [511, 16_383, 16_384, 16_385, 40_003]

  @Test(arguments: StoredNumber.all)
  func agreesWithScalarSumsAtEveryLength(type: StoredNumber) {
    var random = ModelRandom(seed: 1)
    for columns in Self.lengths {
      let rows = columns < 100 ? 5 : 2
      check(random.floats(rows * columns), as: type, rows: rows, columns: columns)
    }
  }

  @Test(arguments: [0, 1, 31, 32, 45])
  func countsRowsFromTheFirstOneInTheMatrix(firstRow: Int) {
    var random = ModelRandom(seed: 2)
    check(random.floats(40 * 33), as: .float32, rows: 40, columns: 33, firstRow: firstRow)
  }

  @Test(arguments: StoredNumber.all)
  func readsFromAnyAddress(type: StoredNumber) {
    var random = ModelRandom(seed: 3)
    let values = random.floats(3 * 70)
    for misalignment in 1...3 {
      check(values, as: type, rows: 3, columns: 70, misalignment: misalignment)
    }
  }

  @Test(arguments: StoredNumber.all)
  func countsSpecialValuesAndSumsTheRest(type: StoredNumber) {
    var random = ModelRandom(seed: 4)
    let special: [Float] = [
      .nan, -.nan, .infinity, -.infinity, 0, -0, .leastNonzeroMagnitude, -.leastNormalMagnitude / 2,
      .signalingNaN, Float(bitPattern: 0xFFFF_FFFF), 0x1p-24, -0x1.8p-16,
    ]
    for columns in [1, 10, 31, 32, 33, 67, 16_400] {
      var values = random.floats(3 * columns)
      for i in values.indices where random.next() % 3 == 0 {
        values[i] = special[Int(random.next() % UInt64(special.count))]
      }
      check(values, as: type, rows: 3, columns: columns)
    }
  }

  /// Lanes of floats would lose the spread, overflow or underflow.
  @Test(arguments: StoredNumber.all, [(1, 0x1p-8), (0x1p100, 0x1p99), (0x1p-60, 0x1p-61)])
  func sumsPowersInDoubleWhereFloatsWouldNotDo(type: StoredNumber, range: (Double, Double)) {
    var random = ModelRandom(seed: 5)
    let values = random.floats(2 * 3000).map { Float(range.0) + Float(range.1) * $0 }
    check(values, as: type, rows: 2, columns: 3000)
  }

  @Test func addsToWhatIsThere() {
    let signs = IndexHash.signs(0..<8)
    var partial = skm_partial()
    for value: Float in [1, 2] {
      let slab = [Float](repeating: value, count: 8)
      skm_fold_rows(SKM_F32, slab, 1, 8, 0, [1], signs, nil, &partial)
    }
    #expect(partial.sum == 24)
    #expect(partial.sum_of_squares == 40)
    #expect(partial.absolute_maximum == 2)
    #expect(partial.sketchValues[0] == 3 * signs[0])
  }

  /// With the floats written beside the slab, over it where it holds floats, and not at all.
  private func check(
    _ values: [Float], as type: StoredNumber, rows: Int, columns: Int, firstRow: Int = 0,
    misalignment: Int = 0
  ) {
    let rowSigns = IndexHash.signs(firstRow..<firstRow + rows)
    let columnSigns = IndexHash.signs(0..<columns)
    let (bytes, stored) = type.store(values)
    var expected = ScalarSums()
    for row in 0..<rows {
      for column in 0..<columns {
        expected.add(
          stored[row * columns + column], row: firstRow + row, column: column,
          rowSign: rowSigns[row], columnSign: columnSigns[column])
      }
    }
    let finite = stored.map { $0.isFinite ? $0 : 0 }
    let place = "\(type), \(rows) x \(columns) from row \(firstRow)"
    KernelLevels.forEach { level in
      func fold(_ slab: UnsafeRawPointer, into floats: UnsafeMutablePointer<Float>?) {
        var partial = skm_partial()
        skm_fold_rows(
          type.number, slab, rows, columns, firstRow, rowSigns, columnSigns, floats, &partial)
        expected.expectEqual(partial, "\(place), \(level)")
      }
      let slab = [UInt8](repeating: 0, count: misalignment) + bytes
      slab.withUnsafeBytes { slab in
        guard let base = slab.baseAddress.map({ $0 + misalignment }) else { return }
        var floats = [Float](repeating: -1, count: values.count + 1)
        fold(base, into: &floats)
        #expect(floats == finite + [-1], "\(place), \(level)")
        fold(base, into: nil)
      }
      guard type.number == SKM_F32 else { return }
      var floats = values
      floats.withUnsafeMutableBufferPointer { floats in
        guard let base = floats.baseAddress else { return }
        fold(base, into: base)
      }
      #expect(floats == finite, "\(place), \(level)")
    }
  }
}

/// The types that the kernel decodes.
struct StoredNumber: CustomStringConvertible, Sendable {
  let description: String
  let number: skm_number
  /// The bytes of numbers, and the values that they have when read back.
  let store: @Sendable ([Float]) -> (bytes: [UInt8], values: [Float])

  static let float32 = StoredNumber(description: "float32", number: SKM_F32) { values in
    (values.withUnsafeBytes(Array.init), values)
  }
  static let bfloat16 = StoredNumber(description: "bfloat16", number: SKM_BF16) { values in
    let halves = values.map { UInt16($0.bitPattern >> 16) }
    return (
      halves.withUnsafeBytes(Array.init), halves.map { Float(bitPattern: UInt32($0) << 16) }
    )
  }
  static let float16 = StoredNumber(description: "float16", number: SKM_F16) { values in
    let halves = values.map { Float16($0) }
    return (halves.withUnsafeBytes(Array.init), halves.map { Float($0) })
  }
  static let all = [float32, bfloat16, float16]
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
