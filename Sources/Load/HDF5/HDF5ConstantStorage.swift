/// A dataset that has no bytes of its own in the file: every element is the fill value.
struct HDF5ConstantStorage: TensorStorage {
  /// The little-endian bytes of one element.
  let element: [UInt8]

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let bytes = scratch.reserve(range.count)
    repeatElement(element, over: bytes, phase: range.lowerBound % max(element.count, 1))
    return try body(UnsafeRawBufferPointer(bytes))
  }
}

/// Repeats an element over memory, starting `phase` bytes into it.
func repeatElement(
  _ element: [UInt8], over bytes: UnsafeMutableRawBufferPointer, phase: Int
) {
  if element.allSatisfy({ $0 == 0 }) {
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return
  }
  for index in bytes.indices { bytes[index] = element[(index + phase) % element.count] }
}
