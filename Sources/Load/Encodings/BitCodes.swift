/// Whole numbers of one to eight bits, packed one behind the other from the lowest bit of each byte
/// up, across the borders of bytes: in words of any width, little-endian, that is one stream.
enum BitCodes {
  /// Calls `body` with the place and the value of each of `count` codes.
  ///
  /// - Parameters:
  ///   - bit: where the first code starts.
  ///   - bytes: all that the codes take; nothing behind them is read.
  @inline(__always)
  static func forEach(
    in bytes: UnsafeRawBufferPointer, from bit: Int, count: Int, bits: Int,
    _ body: (Int, Int) -> Void
  ) {
    switch bits {
    case 8 where bit.isMultiple(of: 8):
      for index in 0..<count { body(index, Int(bytes[bit / 8 + index])) }
    case 4 where bit.isMultiple(of: 4):
      var index = 0
      var byte = bit / 8
      if bit % 8 == 4, count > 0 {
        body(0, Int(bytes[byte] >> 4))
        (index, byte) = (1, byte + 1)
      }
      while index + 1 < count {
        let pair = bytes[byte]
        body(index, Int(pair & 15))
        body(index + 1, Int(pair >> 4))
        (index, byte) = (index + 2, byte + 1)
      }
      if index < count { body(index, Int(bytes[byte] & 15)) }
    default:
      let mask = 1 << bits - 1
      for index in 0..<count {
        let (byte, shift) = (bit + index * bits).quotientAndRemainder(dividingBy: 8)
        var value = Int(bytes[byte]) >> shift
        if shift + bits > 8 { value |= Int(bytes[byte + 1]) << (8 - shift) }
        body(index, value & mask)
      }
    }
  }

  /// The bytes that bits of a range lie in.
  static func bytes(ofBits bits: Range<Int>) -> Range<Int> {
    bits.lowerBound / 8..<(bits.upperBound + 7) / 8
  }
}

/// A range of elements of a matrix, in runs along its rows.
struct RowRuns: Sequence, IteratorProtocol {
  /// Part of one row.
  struct Run {
    /// Elements of the range before it.
    var offset: Int
    var row: Int
    var columns: Range<Int>
  }

  private let elements: Range<Int>
  private let rowLength: Int
  private var next_: Int

  /// - Parameter rowLength: above 0.
  init(_ elements: Range<Int>, rowLength: Int) {
    self.elements = elements
    self.rowLength = rowLength
    next_ = elements.lowerBound
  }

  mutating func next() -> Run? {
    guard next_ < elements.upperBound else { return nil }
    let (row, start) = next_.quotientAndRemainder(dividingBy: rowLength)
    let end = Swift.min(rowLength, start + elements.upperBound - next_)
    defer { next_ += end - start }
    return Run(offset: next_ - elements.lowerBound, row: row, columns: start..<end)
  }
}
