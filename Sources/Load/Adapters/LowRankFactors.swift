/// Two thin matrices whose product is as large as a weight: `up` `[rows, rank]` times `down`
/// `[rank, columns]`.
///
/// Both lie row by row in floats of a type of their own, behind one another in what a decoding has
/// stored.
struct LowRankFactors: Sendable {
  let rows: Int
  let columns: Int
  let rank: Int
  let upType: ElementType
  let downType: ElementType
  /// Whether `up` is the matrix itself, and `down` empty.
  let isWhole: Bool

  /// Products of more numbers per number that is stored are not computed, so that work follows the
  /// bytes of the file: an embedding of 262144 tokens by 16384 has 15420.
  static let largestExpansion = 1 << 14
  /// Rows of more numbers are not decoded, because a row is decoded at once.
  static let longestRow = 1 << 20

  /// Nil if the shapes do not fit, a type is no float, or the product would be out of proportion.
  init?(up: StoredArray, down: StoredArray) {
    guard let rows = up.shape.first, let rank = down.shape.first, rows > 0, rank > 0,
      up.elementType.isFloatOfScales, down.elementType.isFloatOfScales,
      down.elementCount % rank == 0, rows.multipliedIfCounted(by: rank) == up.elementCount
    else { return nil }
    let columns = down.elementCount / rank
    guard columns > 0, columns <= Self.longestRow,
      let elements = rows.multipliedIfCounted(by: columns),
      elements / Self.largestExpansion <= rows + columns
    else { return nil }
    (self.rows, self.columns, self.rank) = (rows, columns, rank)
    (upType, downType) = (up.elementType, down.elementType)
    isWhole = false
  }

  /// A matrix that is no product; nil if it has no numbers, or its type is no float.
  init?(whole: StoredArray) {
    guard let rows = whole.shape.first, rows > 0, whole.elementCount > 0,
      whole.elementType.isFloatOfScales, whole.elementCount / rows <= Self.longestRow
    else { return nil }
    self.rows = rows
    columns = whole.elementCount / rows
    rank = columns
    (upType, downType) = (whole.elementType, whole.elementType)
    isWhole = true
  }

  /// The bytes of `up` and `down` that some rows of the product need.
  func storedBytes(ofRows wanted: Range<Int>) -> [Range<Int>] {
    let row = rank * upType.bitWidth / 8
    return [
      wanted.lowerBound * row..<wanted.upperBound * row, 0..<downBytes,
    ]
  }

  private var downBytes: Int { isWhole ? 0 : rank * columns * downType.bitWidth / 8 }

  /// Bytes of `down` in proportion to some rows, each byte with one row.
  func shareOfDown(ofRows wanted: Range<Int>) -> Range<Int> {
    Self.share(of: downBytes, rows: wanted, of: rows)
  }

  /// Bytes in proportion to some rows, each byte with one row.
  static func share(of count: Int, rows wanted: Range<Int>, of rows: Int) -> Range<Int> {
    func place(_ row: Int) -> Int {
      let (high, low) = count.multipliedFullWidth(by: row)
      return rows.dividingFullWidth((high, low)).quotient
    }
    return place(wanted.lowerBound)..<place(wanted.upperBound)
  }

  /// Writes rows of the product.
  ///
  /// - Parameters:
  ///   - up: the bytes of those rows of `up`.
  ///   - down: all of `down`.
  ///   - target: room for `wanted · columns` floats.
  /// - Numerics: sums in float32, in the order of the rank.
  func multiply(
    rows wanted: Int, up: UnsafeRawBufferPointer, down: UnsafeRawBufferPointer,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard !isWhole else {
      return upType.floats(at: 0, count: wanted * columns, of: up, into: target)
    }
    target.update(repeating: 0, count: wanted * columns)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { line in
      guard let line = line.baseAddress else { return }
      for inner in 0..<rank {
        downType.floats(at: inner * columns, count: columns, of: down, into: line)
        for row in 0..<wanted {
          let factor = upType.float(at: row * rank + inner, of: up)
          let out = target + row * columns
          for column in 0..<columns { out[column] += factor * line[column] }
        }
      }
    }
  }
}

extension LowRankFactors {
  /// Bytes of all of `up` and `down`.
  var allBytes: [Range<Int>] { storedBytes(ofRows: 0..<rows) }

  /// Writes rows of the transpose of the product, `[columns, rows]`.
  ///
  /// - Parameters:
  ///   - up, down: all of both.
  ///   - target: room for `wanted.count · rows` floats.
  func multiplyTransposed(
    rows wanted: Range<Int>, up: UnsafeRawBufferPointer, down: UnsafeRawBufferPointer,
    into target: UnsafeMutablePointer<Float>
  ) {
    target.update(repeating: 0, count: wanted.count * rows)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows) { line in
      guard let line = line.baseAddress else { return }
      for inner in 0..<rank {
        for row in 0..<rows { line[row] = upType.float(at: row * rank + inner, of: up) }
        for (place, column) in wanted.enumerated() {
          let factor = downType.float(at: inner * columns + column, of: down)
          let out = target + place * rows
          for row in 0..<rows { out[row] += factor * line[row] }
        }
      }
    }
  }
}

extension ElementType {
  /// Decodes successive numbers of one of the types that factors and scales are stored in.
  func floats(
    at start: Int, count: Int, of bytes: UnsafeRawBufferPointer,
    into target: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<count { target[index] = float(at: start + index, of: bytes) }
  }
}
