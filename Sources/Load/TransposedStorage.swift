/// A matrix that is stored column by column, as its rows.
struct TransposedStorage: TensorStorage {
  let columnsStored: any TensorStorage
  let rows: Int
  let columns: Int
  /// Bytes of a number.
  let width: Int

  /// Columns beyond which nothing is compared across: each block of rows visits every one.
  static let mostColumns = 1 << 16

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let rowBytes = columns * width
    guard !range.isEmpty else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    let first = range.lowerBound / rowBytes
    let wanted = first..<(range.upperBound - 1) / rowBytes + 1
    let target = scratch.reserve(wanted.count * rowBytes)
    for column in 0..<columns {
      let start = (column * rows + first) * width
      try columnsStored.withBytes(of: start..<start + wanted.count * width, scratch: scratch.beside)
      { (bytes) throws(LoadError) in
        for row in 0..<wanted.count {
          let place = row * rowBytes + column * width
          for byte in 0..<width { target[place + byte] = bytes[row * width + byte] }
        }
      }
    }
    let offset = range.lowerBound - first * rowBytes
    return try body(UnsafeRawBufferPointer(rebasing: target[offset..<offset + range.count]))
  }
}

extension Tensor {
  /// The same numbers in the order of the shape, where they are plain and lie across.
  var inRows: Tensor {
    let bits = elementType.bitWidth
    guard swapsLastAxes, isPlain, shape.count == 2, bits.isMultiple(of: 8), elementCount > 0 else {
      return self
    }
    return Tensor(
      name: name, elementType: elementType, shape: shape,
      storage: TransposedStorage(
        columnsStored: stored[0].storage, rows: shape[0], columns: shape[1], width: bits / 8))
  }
}
