/// A growable buffer that one thread reuses for successive slabs.
package final class ByteScratch {
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// A second buffer for storage that stages data (a chunk before it is copied into place).
  package private(set) lazy var staging = ByteScratch()
  /// Memory for the second and further arrays of a tensor, which are read beside the first.
  package private(set) lazy var beside = ByteScratch()

  package init() {}

  deinit { buffer.deallocate() }

  /// Which bytes of which storage the buffer holds, until it is reserved again.
  private var held: (owner: AnyObject, tensor: String, range: Range<Int>)?

  /// The bytes of a range, if they were kept by an earlier `hold` for the same owner and tensor.
  func held(by owner: AnyObject, tensor: String, _ range: Range<Int>) -> UnsafeRawBufferPointer? {
    guard let held, held.owner === owner, held.tensor == tensor,
      held.range.lowerBound <= range.lowerBound, range.upperBound <= held.range.upperBound
    else { return nil }
    let start = range.lowerBound - held.range.lowerBound
    return UnsafeRawBufferPointer(rebasing: buffer[start..<start + range.count])
  }

  /// Remembers that the buffer, as last reserved, starts with the bytes of a range.
  func hold(_ range: Range<Int>, owner: AnyObject, tensor: String) {
    held = (owner, tensor, range)
  }

  /// At least `count` bytes of memory; the contents are what earlier calls left there.
  package func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    held = nil
    if buffer.count < count {
      buffer.deallocate()
      buffer = .allocate(byteCount: max(count, 64), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
  }
}
