/// A dataset in chunks, each perhaps filtered: inflated on demand and copied into row-major place.
struct HDF5ChunkedStorage: TensorStorage {
  let file: any ByteSource
  let tensor: String
  let grid: HDF5ChunkGrid
  let filters: HDF5ChunkFilters
  /// By position in the grid; what is not there is the fill value.
  let chunks: [Int: StoredChunk]
  /// One element as stored, for the chunks never written.
  let fillElement: [UInt8]
  let width: Int
  let isBigEndian: Bool

  struct StoredChunk {
    /// Inside the file.
    var extent: Range<Int>
    var filterMask: UInt32
  }

  /// Bytes of chunks that are kept inflated for the next request.
  private static let windowByteCount = 64 << 20

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    if let held = scratch.held(by: file, tensor: tensor, range) { return try body(held) }
    let elements = window(around: range)
    let target = scratch.reserve(elements.count * width)
    for index in grid.chunks(overlapping: elements) {
      if let chunk = chunks[index] {
        try copy(chunk, at: index, of: elements, to: target, scratch: scratch.staging)
      } else {
        grid.forEachRun(ofChunk: index, in: elements) { run in
          let place = run.place * width..<(run.place + run.count) * width
          repeatElement(
            fillElement, over: UnsafeMutableRawBufferPointer(rebasing: target[place]), phase: 0)
        }
      }
    }
    if isBigEndian { reverseByteOrder(of: target, width: width) }
    let origin = elements.lowerBound * width
    scratch.hold(origin..<elements.upperBound * width, owner: file, tensor: tensor)
    return try body(
      UnsafeRawBufferPointer(
        rebasing: target[range.lowerBound - origin..<range.upperBound - origin]))
  }

  /// The elements to inflate for a request: whole rows of chunks, since the next request will be for
  /// what follows, or as much of that as may be kept.
  private func window(around range: Range<Int>) -> Range<Int> {
    // Whole elements, in case the range cuts through some.
    let elements = range.lowerBound / width..<(range.upperBound + width - 1) / width
    let band = grid.bandElementCount
    let count = grid.shape.reduce(1, *)
    let (first, last) = (elements.lowerBound / band, (elements.upperBound + band - 1) / band)
    let window = first * band..<max(min(last * band, count), elements.upperBound)
    let most = Self.windowByteCount / width
    guard window.count > most else { return window }
    return elements
      .lowerBound..<min(
        max(elements.upperBound, elements.lowerBound + most), max(count, elements.upperBound))
  }

  private func copy(
    _ chunk: StoredChunk, at index: Int, of elements: Range<Int>,
    to target: UnsafeMutableRawBufferPointer, scratch: ByteScratch
  ) throws(LoadError) {
    // Filters make data that does not shrink a little longer, never twice as long.
    guard chunk.extent.count / 2 <= filters.chunkBytes + 1024 else {
      throw LoadError(
        .dataCorrupt,
        "a chunk of \(filters.chunkBytes) bytes is stored in \(chunk.extent.count)",
        file: file.path, offset: UInt64(exactly: chunk.extent.lowerBound), tensor: tensor)
    }
    // The filters' results take turns in `scratch` and its staging.
    let own = scratch.staging.staging
    try file.read(chunk.extent, tensor: tensor, scratch: own) { stored throws(LoadError) in
      let data: UnsafeRawBufferPointer
      do throws(HDF5ChunkFilters.Damage) {
        data = try filters.undo(stored, mask: chunk.filterMask, scratch: scratch)
      } catch {
        throw LoadError(
          .dataCorrupt, error.message, file: file.path,
          offset: UInt64(exactly: chunk.extent.lowerBound), tensor: tensor)
      }
      grid.forEachRun(ofChunk: index, in: elements) { run in
        let source = data[run.source * width..<(run.source + run.count) * width]
        let place = target[run.place * width..<(run.place + run.count) * width]
        UnsafeMutableRawBufferPointer(rebasing: place)
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
      }
    }
  }
}
