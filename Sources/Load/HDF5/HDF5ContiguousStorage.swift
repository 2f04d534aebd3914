/// A dataset in one piece of the file: handed out in place, or byte-swapped through scratch.
struct HDF5ContiguousStorage: TensorStorage {
  let file: MappedFile
  let tensor: String
  /// Where the data is in the file; known to be inside it.
  let extent: Range<Int>
  /// The width of big-endian elements; nil if the bytes are canonical as stored.
  let swappedWidth: Int?

  var preferredElementStride: Int { 1 }

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let start = extent.lowerBound + range.lowerBound
    let stored = start..<(start + range.count)
    return try file.withBytes(in: stored, tensor: tensor) { bytes throws(LoadError) in
      guard let swappedWidth else { return try body(bytes) }
      let swapped = scratch.reserve(bytes.count)
      swapped.copyMemory(from: bytes)
      reverseByteOrder(of: swapped, width: swappedWidth)
      return try body(UnsafeRawBufferPointer(swapped))
    }
  }
}
