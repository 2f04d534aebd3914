/// Slices of an array along its first axis, one behind the other.
struct SequenceStorage: TensorStorage {
  private let parts: [(storage: any TensorStorage, range: Range<Int>)]

  /// - Parameter parts: each with its bytes.
  init(_ parts: [(storage: any TensorStorage, byteCount: Int)]) {
    var end = 0
    self.parts = parts.map { part in
      defer { end += part.byteCount }
      return (part.storage, end..<end + part.byteCount)
    }
  }

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    if let part = parts.first(where: {
      $0.range.lowerBound <= range.lowerBound && range.upperBound <= $0.range.upperBound
    }) {
      let start = part.range.lowerBound
      return try part.storage.withBytes(
        of: range.lowerBound - start..<range.upperBound - start, scratch: scratch, body)
    }
    let target = scratch.reserve(range.count)
    for part in parts {
      let common = part.range.clamped(to: range)
      guard !common.isEmpty else { continue }
      let start = part.range.lowerBound
      try part.storage.withBytes(
        of: common.lowerBound - start..<common.upperBound - start, scratch: scratch.beside
      ) { (bytes) throws(LoadError) in
        let first = common.lowerBound - range.lowerBound
        target[first..<first + common.count].copyBytes(from: bytes)
      }
    }
    return try body(UnsafeRawBufferPointer(target))
  }

  func prefetch(_ range: Range<Int>) {
    for part in parts {
      let common = part.range.clamped(to: range)
      guard !common.isEmpty else { continue }
      let start = part.range.lowerBound
      part.storage.prefetch(common.lowerBound - start..<common.upperBound - start)
    }
  }
}
