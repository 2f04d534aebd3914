/// Signs of the indices that one worker is at, made once for neighbouring requests: those of a whole
/// tensor would be as large as its longest side.
final class SignBuffer {
  private var range = 0..<0
  private var signs = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
  /// Requests are rounded up to this many signs, so that short ones find theirs there.
  private static let least = 1 << 12

  deinit { signs.deallocate() }

  /// Signs of a range that is not empty, valid until the next call.
  func of(_ wanted: Range<Int>) -> UnsafePointer<Float> {
    if wanted.lowerBound < range.lowerBound || wanted.upperBound > range.upperBound {
      let count = max(wanted.count, Self.least)
      if signs.count < count {
        signs.deallocate()
        signs = .allocate(capacity: count)
      }
      range = wanted.lowerBound..<wanted.lowerBound + count
      for (offset, index) in range.enumerated() { signs[offset] = IndexHash.sign(index) }
    }
    // A buffer of at least one element has an address.
    return UnsafePointer(
      signs.baseAddress.unsafelyUnwrapped + (wanted.lowerBound - range.lowerBound))
  }
}
