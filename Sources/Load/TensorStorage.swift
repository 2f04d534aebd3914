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

  /// Where each number lies in a source; nil where they do not lie there as they are.
  func places(of shape: [Int], _ type: ElementType) -> NumberPlaces?
}

extension TensorStorage {
  package func prefetch(_ range: Range<Int>) {}

  package func places(of shape: [Int], _ type: ElementType) -> NumberPlaces? { nil }
}
