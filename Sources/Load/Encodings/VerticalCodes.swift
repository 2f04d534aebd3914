/// Whole numbers of a few bits, packed down the columns of a matrix of words of 32 bits: the code of
/// row r starts at bit r · bits of its column, and may cross from one word into the one below.
enum VerticalCodes {
  /// The rows of words that hold some rows of codes.
  static func words(ofRows rows: Range<Int>, bits: Int) -> Range<Int> {
    guard !rows.isEmpty else { return 0..<0 }
    return rows.lowerBound * bits / 32..<(rows.upperBound * bits + 31) / 32
  }

  /// Rows of words for so many rows of codes.
  static func wordRows(_ rows: Int, bits: Int) -> Int? {
    rows.multipliedIfCounted(by: bits).map { $0 / 32 + ($0.isMultiple(of: 32) ? 0 : 1) }
  }

  /// One code.
  ///
  /// - Parameters:
  ///   - firstRow: the row of codes whose words come first in `bytes`.
  ///   - columns: words of a row.
  static func code(
    row: Int, firstRow: Int, column: Int, columns: Int, bits: Int, in bytes: UnsafeRawBufferPointer
  ) -> Int {
    let (word, shift) = (row * bits).quotientAndRemainder(dividingBy: 32)
    let place = 4 * ((word - firstRow * bits / 32) * columns + column)
    var value = UInt64(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    if shift + bits > 32 {
      value |=
        UInt64(
          UInt32(
            littleEndian: bytes.loadUnaligned(
              fromByteOffset: place + 4 * columns, as: UInt32.self))) << 32
    }
    return Int(value >> UInt64(shift)) & (1 << bits - 1)
  }

  /// Codes of neighbours in one row.
  ///
  /// - Parameters:
  ///   - upper: the words in which they start, as many as there are codes.
  ///   - lower: the words below, needed if codes cross into them.
  ///   - shift: the bit of the word at which they start.
  @inline(__always)
  static func unpack(
    _ upper: UnsafeRawPointer, _ lower: UnsafeRawPointer?, shift: Int, bits: Int, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let mask = UInt32(1) << UInt32(bits) - 1
    let right = UInt32(shift)
    guard let lower, shift + bits > 32 else {
      for index in 0..<count {
        let word = UInt32(
          littleEndian: upper.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        target[index] = Float(Int32(truncatingIfNeeded: word &>> right & mask))
      }
      return
    }
    let left = UInt32(32 - shift)
    for index in 0..<count {
      let word = UInt32(
        littleEndian: upper.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      let next = UInt32(
        littleEndian: lower.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      target[index] = Float(Int32(truncatingIfNeeded: (word &>> right | next &<< left) & mask))
    }
  }
}
