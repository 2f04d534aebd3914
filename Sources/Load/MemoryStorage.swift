/// Numbers held in memory as their canonical bytes.
package struct MemoryStorage: TensorStorage {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw LoadError(.truncated, "bytes \(range) are needed, there are \(bytes.count)")
    }
    return try bytes.withBytes { (all) throws(LoadError) in
      try body(UnsafeRawBufferPointer(rebasing: all[range]))
    }
  }
}
