/// A dataset in one piece of the file: read as it is, byte-swapped where it is big-endian.
struct HDF5ContiguousStorage: TensorStorage {
  let file: any ByteSource
  let tensor: String
  /// Where the data is in the file; known to be inside it.
  let extent: Range<Int>
  /// The width of big-endian elements; nil if the bytes are canonical as stored.
  let swappedWidth: Int?

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let start = extent.lowerBound + range.lowerBound
    let stored = start..<(start + range.count)
    return try file.read(stored, tensor: tensor, scratch: scratch) { bytes throws(LoadError) in
      guard let swappedWidth else { return try body(bytes) }
      let swapped = scratch.staging.reserve(bytes.count)
      swapped.copyMemory(from: bytes)
      reverseByteOrder(of: swapped, width: swappedWidth)
      return try body(UnsafeRawBufferPointer(swapped))
    }
  }

  func places(of shape: [Int], _ type: ElementType) -> NumberPlaces? {
    StridedLayout.dense(shape).map {
      NumberPlaces(
        bytes: StorageBytes(source: file, range: extent, isBigEndian: swappedWidth != nil),
        layout: $0)
    }
  }

  func prefetch(_ range: Range<Int>) {
    file.prefetch(range.clamped(to: 0..<extent.count), from: extent.lowerBound)
  }
}
