/// A named array of numbers whose bytes are fetched on demand.
///
/// Nothing downstream knows the file format: whatever the storage (mapped, chunked and deflated,
/// big-endian), `withBytes` presents canonical bytes: little-endian, dense, row-major.
package struct Tensor: Sendable {
  package let name: String
  package let elementType: ElementType
  /// Extents, outermost first.
  ///
  /// Empty for a scalar. The product never overflows `Int`.
  package let shape: [Int]
  /// Where the last axis of the stored array is the output axis (`[…, in, out]`, as Keras stores
  /// kernels) rather than the first (`[out, in, …]`, as PyTorch does).
  package let outputAxisIsLast: Bool
  package let storage: any TensorStorage

  package init(
    name: String, elementType: ElementType, shape: [Int], outputAxisIsLast: Bool = false,
    storage: any TensorStorage
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.outputAxisIsLast = outputAxisIsLast
    self.storage = storage
  }

  package var elementCount: Int { shape.reduce(1, *) }

  /// Size of the canonical bytes.
  package var byteCount: Int { (elementCount * elementType.bitWidth + 7) / 8 }

  /// Calls `body` with the canonical bytes of a range of elements, in row-major order.
  ///
  /// - Parameters:
  ///   - elements: a range within `0..<elementCount`; for types narrower than a byte it must start
  ///     on a byte boundary.
  ///   - scratch: memory that storage may use and that callers reuse between calls.
  /// - Throws: `LoadError` naming file, offset and tensor if the bytes cannot be had.
  package func withBytes<Result>(
    of elements: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let bits = elementType.bitWidth
    let bytes = (elements.lowerBound * bits / 8)..<((elements.upperBound * bits + 7) / 8)
    return try storage.withBytes(of: bytes, scratch: scratch, body)
  }
}

/// Where a tensor's bytes come from; one implementation per way of storing them.
package protocol TensorStorage: Sendable {
  /// Calls `body` with canonical bytes (little-endian, dense, row-major), offsets relative to the
  /// tensor's start. The pointer is valid only during the call. Safe to call from several threads,
  /// each with its own scratch.
  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result

  /// Tells the system that a range will be wanted soon, so that it is fetched meanwhile.
  func prefetch(_ range: Range<Int>)
}

extension TensorStorage {
  package func prefetch(_ range: Range<Int>) {}
}

/// A growable buffer that one thread reuses for successive slabs.
package final class ByteScratch {
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// A second buffer for storage that stages data (a chunk before it is copied into place).
  package private(set) lazy var staging = ByteScratch()

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
