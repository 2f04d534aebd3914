/// A dataset whose few bytes came with the index.
struct HDF5CompactStorage: TensorStorage {
  /// Canonical bytes.
  let bytes: [UInt8]

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let copy = scratch.reserve(range.count)
    for (index, byte) in bytes[range].enumerated() { copy[index] = byte }
    return try body(UnsafeRawBufferPointer(copy))
  }
}
