/// A named array of numbers, fetched on demand: what is stored of it, and what that means.
///
/// Nothing downstream knows the file format. Mostly one array is stored whose bytes are the numbers
/// (`.plain`); quantised weights are several arrays from which the numbers are decoded.
package struct Tensor: Sendable {
  package var name: String
  /// Extents of the numbers, outermost first.
  ///
  /// Empty for a scalar. The product never overflows `Int`.
  package let shape: [Int]
  /// The order of its axes, if it is a kernel.
  package let axisOrder: AxisOrder
  /// Whether elements are counted with the last two axes swapped: what is `[…, a, b]` lies as
  /// `[…, b, a]`, in the order in which its codes are packed, or its numbers multiplied.
  ///
  /// Ranges of elements are ranges of that order.
  package let swapsLastAxes: Bool
  /// The arrays in the file: the numbers or their codes first, then what decoding needs besides.
  package let stored: [StoredArray]
  package let decoding: Decoding

  /// How stored bytes become numbers.
  package enum Decoding: Sendable {
    /// They are the numbers: what the kernels read.
    case plain
    /// Codes, to be decoded to floats.
    case encoded(any TensorDecoding)
    /// Weights in a form that is recognised and not decoded, by its name (`GPTQ`).
    case undecoded(scheme: String)
  }

  /// A tensor stored plainly.
  package init(
    name: String, elementType: ElementType, shape: [Int], axisOrder: AxisOrder = .outputFirst,
    storage: any TensorStorage
  ) {
    self.init(
      name: name, shape: shape, axisOrder: axisOrder,
      stored: [
        StoredArray(name: name, elementType: elementType, shape: shape, storage: storage)
      ], decoding: elementType.isDecoded ? .plain : .undecoded(scheme: elementType.rawValue))
  }

  /// - Parameter stored: at least one array.
  package init(
    name: String, shape: [Int], axisOrder: AxisOrder = .outputFirst, swapsLastAxes: Bool = false,
    stored: [StoredArray], decoding: Decoding
  ) {
    self.name = name
    self.shape = shape
    self.axisOrder = axisOrder
    self.swapsLastAxes = swapsLastAxes
    self.stored = stored
    self.decoding = decoding
  }

  /// The type of what is stored: of the numbers, or of their codes.
  package var elementType: ElementType { stored[0].elementType }

  /// Whether its last axis is that of the outputs (`[…, in, out]`, as Keras stores kernels) rather
  /// than its first (`[out, in, …]`, as PyTorch does).
  package var outputAxisIsLast: Bool {
    axisOrder == .outputLast || axisOrder == .outputLastByChannel
  }

  package var elementCount: Int { shape.reduce(1, *) }

  /// Bytes of all that is stored of it.
  package var byteCount: Int { stored.reduce(0) { $0 + $1.byteCount } }

  /// Whether bytes are numbers as they are.
  package var isPlain: Bool { if case .plain = decoding { true } else { false } }

  package var isDecodable: Bool { if case .undecoded = decoding { false } else { true } }

  /// Whether these are real numbers that a network computes with, decoded or not, rather than
  /// counters, masks or codes of something else.
  package var isRealNumber: Bool {
    switch decoding {
    case .plain: elementType.isRealNumber
    case .encoded: true
    case .undecoded(let scheme):
      scheme != elementType.rawValue || elementType.isRealNumber
    }
  }
}

/// One array in a file.
package struct StoredArray: Sendable {
  package let name: String
  package let elementType: ElementType
  package let shape: [Int]
  package let storage: any TensorStorage

  package var elementCount: Int { shape.reduce(1, *) }

  package var byteCount: Int { (elementCount * elementType.bitWidth + 7) / 8 }
}

// MARK: Reading

extension Tensor {
  /// Calls `body` with the canonical bytes of a range of elements, in row-major order, of the array
  /// that is stored first; of a plain tensor these are its numbers.
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
    try stored[0].storage.withBytes(of: plainBytes(of: elements), scratch: scratch, body)
  }

  private func plainBytes(of elements: Range<Int>) -> Range<Int> {
    let bits = elementType.bitWidth
    return (elements.lowerBound * bits / 8)..<((elements.upperBound * bits + 7) / 8)
  }

  /// Calls `visit` with the bytes of a range of all that is stored, one array behind the other.
  package func readStored(
    _ range: Range<Int>, scratch: ByteScratch, visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    var start = 0
    for array in stored {
      let own = range.clamped(to: start..<start + array.byteCount)
      if !own.isEmpty {
        try array.storage.withBytes(
          of: own.lowerBound - start..<own.upperBound - start, scratch: scratch
        ) { (bytes) throws(LoadError) in visit(bytes) }
      }
      start += array.byteCount
    }
  }

  /// Decodes a range of the elements of an encoded tensor.
  ///
  /// - Parameters:
  ///   - elements: a range within `0..<elementCount`.
  ///   - target: room for as many floats.
  ///   - visit: called with the bytes of the first array before they are decoded.
  package func decode(
    _ elements: Range<Int>, by decoding: any TensorDecoding, scratch: ByteScratch,
    into target: UnsafeMutablePointer<Float>, visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    guard let largest = decoding.largestRange, largest > 0 else {
      return try decodeRun(elements, by: decoding, scratch: scratch, into: target, visit: visit)
    }
    var start = elements.lowerBound
    while start < elements.upperBound {
      let end = min((start / largest + 1) * largest, elements.upperBound)
      try decodeRun(
        start..<end, by: decoding, scratch: scratch, into: target + (start - elements.lowerBound),
        visit: visit)
      start = end
    }
  }

  private func decodeRun(
    _ elements: Range<Int>, by decoding: any TensorDecoding, scratch: ByteScratch,
    into target: UnsafeMutablePointer<Float>, visit: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    guard !elements.isEmpty else { return }
    let granule = decoding.granule
    let whole =
      elements.lowerBound / granule
      * granule..<min(
        (elements.upperBound + granule - 1) / granule * granule, elementCount)
    let ranges = decoding.storedBytes(of: whole)
    try withStored(ranges, scratch: scratch) { bytes in
      visit(bytes[0])
      guard whole != elements else {
        decoding.decode(whole, from: bytes, into: target)
        return
      }
      // A part of a granule: it is decoded whole, beside.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: whole.count) { floats in
        guard let base = floats.baseAddress else { return }
        decoding.decode(whole, from: bytes, into: base)
        target.update(
          from: base + (elements.lowerBound - whole.lowerBound), count: elements.count)
      }
    }
  }

  private func withStored(
    _ ranges: [Range<Int>], read: [UnsafeRawBufferPointer] = [], scratch: ByteScratch,
    _ body: ([UnsafeRawBufferPointer]) -> Void
  ) throws(LoadError) {
    guard read.count < ranges.count else { return body(read) }
    try stored[read.count].storage.withBytes(of: ranges[read.count], scratch: scratch) {
      (bytes) throws(LoadError) in
      try withStored(ranges, read: read + [bytes], scratch: scratch.beside, body)
    }
  }

  /// Where the elements of a range are stored, by array; all of it if they cannot be told apart.
  package func storedBytes(of elements: Range<Int>) -> [Range<Int>] {
    switch decoding {
    case .plain: [plainBytes(of: elements)]
    case .encoded(let decoding): decoding.storedBytes(of: elements)
    case .undecoded: stored.map { 0..<$0.byteCount }
    }
  }

  /// What of the arrays behind the first belongs to a range of elements, by array.
  package func bytesBeside(_ elements: Range<Int>) -> [Range<Int>] {
    guard case .encoded(let decoding) = decoding else { return [] }
    return decoding.bytesBeside(elements)
  }

  /// Tells the system that elements will be wanted soon, so that they are fetched meanwhile.
  package func prefetch(_ elements: Range<Int>) {
    for (array, range) in zip(stored, storedBytes(of: elements)) { array.storage.prefetch(range) }
  }
}
