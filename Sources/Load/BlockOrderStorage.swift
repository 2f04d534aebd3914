/// Runs of another array's bytes, one behind the other in an order of their own: the gates of a
/// recurrent layer, as another framework has them.
struct BlockOrderStorage: TensorStorage {
  let whole: any TensorStorage
  /// Where each run is in the array.
  let blocks: [Range<Int>]

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let target = scratch.reserve(range.count)
    var start = 0
    for block in blocks {
      let part = range.clamped(to: start..<start + block.count)
      if !part.isEmpty {
        let place = block.lowerBound + part.lowerBound - start
        try whole.withBytes(of: place..<place + part.count, scratch: scratch.beside) {
          (bytes) throws(LoadError) in
          let first = part.lowerBound - range.lowerBound
          target[first..<first + part.count].copyBytes(from: bytes)
        }
      }
      start += block.count
    }
    return try body(UnsafeRawBufferPointer(target))
  }

  func prefetch(_ range: Range<Int>) {
    for block in blocks { whole.prefetch(block) }
  }
}
