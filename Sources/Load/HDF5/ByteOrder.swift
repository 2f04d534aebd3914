/// Reverses the bytes of every element, in place.
///
/// - Parameters:
///   - bytes: a whole number of elements.
///   - width: bytes per element; nothing happens unless it is 2, 4 or 8.
func reverseByteOrder(of bytes: UnsafeMutableRawBufferPointer, width: Int) {
  switch width {
  case 2: reverse(bytes, as: UInt16.self)
  case 4: reverse(bytes, as: UInt32.self)
  case 8: reverse(bytes, as: UInt64.self)
  default: break
  }
}

private func reverse<Word: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeMutableRawBufferPointer, as word: Word.Type
) {
  let width = MemoryLayout<Word>.size
  for offset in stride(from: 0, to: bytes.count / width * width, by: width) {
    let value = bytes.loadUnaligned(fromByteOffset: offset, as: word)
    bytes.storeBytes(of: value.byteSwapped, toByteOffset: offset, as: word)
  }
}
