/// A growable buffer that one thread reuses for successive slabs.
package final class ByteScratch {
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// A second buffer for storage that stages data (a chunk before it is copied into place).
  package private(set) lazy var staging = ByteScratch()
  /// Memory for the second and further arrays of a tensor, which are read beside the first.
  package private(set) lazy var beside = ByteScratch()

  package init() {}

  deinit { buffer.deallocate() }

  /// What the last call of `reserve` gave.
  var contents: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: buffer[..<reserved]))
  }

  private var reserved = 0

  /// At least `count` bytes of memory; the contents are what earlier calls left there.
  package func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer {
    reserved = count
    if buffer.count < count {
      buffer.deallocate()
      buffer = .allocate(byteCount: max(count, 64), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
  }
}
