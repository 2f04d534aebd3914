import Synchronization

/// Where numbers lie in a source, one by one.
package struct NumberPlaces: Sendable {
  let bytes: StorageBytes
  let layout: StridedLayout
}

extension Tensor {
  /// Numbers of a tensor that are held in memory to be put into another order, at most: those that
  /// lie compressed.
  private static let mostHeldBytes = 1 << 27

  /// The same numbers with the axes in another order; nil for codes whose scales would have to be put
  /// into another order, too, and for compressed tensors that are too large to be held.
  ///
  /// - Parameters:
  ///   - axes: which axis of this tensor each is, outermost first.
  ///   - shape: extents of the result, which may join or divide those axes.
  /// - Complexity: only what is asked for is gathered, from the mapped file; what is compressed is
  ///   inflated as a whole, and held as long as there is room.
  package func rearranged(_ axes: [Int], shape: [Int]) -> Tensor? {
    if case .encoded(let decoding) = decoding, let codes = decoding as? AffineCodes {
      return rearrangedCodes(codes, axes, shape: shape)
    }
    guard isPlain, axes.sorted() == Array(self.shape.indices), elementType.bitWidth >= 8,
      shape.reduce(1, *) == elementCount
    else { return nil }
    guard let places = stored[0].storage.places(of: self.shape, elementType) ?? heldPlaces,
      let layout = StridedLayout(
        shape: axes.map { self.shape[$0] }, strides: axes.map { places.layout.strides[$0] },
        offset: places.layout.offset)
    else { return nil }
    return Tensor(
      name: name, elementType: elementType, shape: shape,
      storage: StridedStorage(layout, in: places.bytes, type: .numbers(elementType), tensor: name))
  }

  private func rearrangedCodes(_ codes: AffineCodes, _ axes: [Int], shape: [Int]) -> Tensor? {
    guard let grid = codes.grid, grid.shape == self.shape, stored[0].shape == self.shape,
      !swapsLastAxes, let turned = grid.rearranged(axes),
      let moved = Tensor(name: name, shape: self.shape, stored: [stored[0]], decoding: .plain)
        .rearranged(axes, shape: shape)
    else { return nil }
    return Tensor(
      name: name, shape: shape, stored: moved.stored + stored.dropFirst(),
      decoding: .encoded(
        AffineCodes(codes: codes.codes, grid: turned, zeros: codes.zeros, group: codes.group)))
  }

  /// The same numbers with equally large runs of the first axis in another order; nil for what lies turned,
  /// and for codes that share bytes, or scales, between runs.
  ///
  /// - Parameter order: which run of this tensor each is.
  package func withRuns(in order: [Int]) -> Tensor? {
    guard !swapsLastAxes, let rows = shape.first, !order.isEmpty, rows.isMultiple(of: order.count),
      let numbers = stored[0].withRuns(in: order)
    else { return nil }
    if isPlain {
      return Tensor(
        name: name, shape: shape, axisOrder: axisOrder, stored: [numbers], decoding: decoding)
    }
    guard case .encoded(let decoding) = decoding, let codes = decoding as? AffineCodes,
      stored[0].holds(elementCount, of: codes.codes.bits)
    else { return nil }
    var beside = Array(stored.dropFirst())
    if let grid = codes.grid, grid.scaleCount > 1 {
      let zeros = codes.zeros.map { stored.last?.holds(grid.scaleCount, of: $0.bits) ?? false }
      beside = beside.compactMap { $0.withRuns(in: order) }
      guard grid.shape == shape, grid.cutsFirstAxisEvenly(into: order.count), zeros ?? true,
        beside.count == stored.count - 1
      else { return nil }
    }
    return Tensor(
      name: name, shape: shape, axisOrder: axisOrder, stored: [numbers] + beside,
      decoding: self.decoding)
  }

  private var heldPlaces: NumberPlaces? {
    guard byteCount <= Self.mostHeldBytes, let layout = StridedLayout.dense(shape) else {
      return nil
    }
    let held = HeldBytes(stored[0].storage, byteCount: byteCount, tensor: name)
    return NumberPlaces(
      bytes: StorageBytes(source: held, range: 0..<byteCount), layout: layout)
  }
}

extension StoredArray {
  /// Whether it is so many codes and nothing else.
  fileprivate func holds(_ count: Int, of bits: Int) -> Bool {
    count.multipliedIfCounted(by: bits) == byteCount.multipliedIfCounted(by: 8)
  }

  /// With equally large runs of its bytes in another order; nil if they end within a byte.
  fileprivate func withRuns(in order: [Int]) -> StoredArray? {
    let (bits, overflow) = elementCount.multipliedReportingOverflow(by: elementType.bitWidth)
    guard !overflow, bits.isMultiple(of: 8 * order.count) else { return nil }
    let run = bits / 8 / order.count
    return StoredArray(
      name: name, elementType: elementType, shape: shape,
      storage: BlockOrderStorage(
        whole: storage, blocks: order.map { $0 * run..<($0 + 1) * run }))
  }
}

/// The bytes of a tensor, read as a whole when they are wanted, and forgotten when others are.
final class HeldBytes: ByteSource {
  let byteCount: Int
  let path: String
  private let storage: any TensorStorage
  private let contents = Mutex<[UInt8]?>(nil)

  /// Bytes that all together hold.
  private static let most = 1 << 28
  /// Those that hold something, the last used last.
  private static let holders = Mutex<[HeldBytes]>([])

  init(_ storage: any TensorStorage, byteCount: Int, tensor: String) {
    self.storage = storage
    self.byteCount = byteCount
    path = tensor
  }

  func withBytes<Result>(
    in range: Range<Int>, tensor: String?,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw LoadError(
        .truncated, "bytes \(range) are needed, there are \(byteCount)", tensor: tensor)
    }
    let bytes = try held()
    return try bytes.withBytes { (bytes) throws(LoadError) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  func read<Result>(
    _ range: Range<Int>, tensor: String?, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    try withBytes(in: range, tensor: tensor, body)
  }

  func checkUnchanged() throws(LoadError) {}

  /// All bytes; whoever asks meanwhile waits for the one that reads them.
  private func held() throws(LoadError) -> [UInt8] {
    let (bytes, isNew) = try contents.withLock {
      (kept) throws(LoadError) -> ([UInt8], Bool) in
      if let kept { return (kept, false) }
      let all = try storage.withBytes(of: 0..<byteCount, scratch: ByteScratch()) {
        (bytes) throws(LoadError) in Array(bytes)
      }
      kept = all
      return (all, true)
    }
    if isNew { release() }
    return bytes
  }

  /// Takes its place among the holders, and lets the oldest go.
  private func release() {
    let gone = Self.holders.withLock { holders -> [HeldBytes] in
      holders.removeAll { $0 === self }
      holders.append(self)
      var sum = holders.reduce(0) { $0 + $1.byteCount }
      var gone: [HeldBytes] = []
      while sum > Self.most, holders.count > 1 {
        let oldest = holders.removeFirst()
        sum -= oldest.byteCount
        gone.append(oldest)
      }
      return gone
    }
    for holder in gone { holder.contents.withLock { $0 = nil } }
  }
}

extension [UInt8] {
  /// `withUnsafeBytes` with errors of one type.
  func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    let outcome: Swift.Result<Result, LoadError> = withUnsafeBytes { bytes in
      do throws(LoadError) {
        return .success(try body(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
