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

  /// Of the file.
  let cache: HDF5ChunkCache

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    // Whole elements, in case the range cuts through some.
    let elements = range.lowerBound / width..<(range.upperBound + width - 1) / width
    let target = scratch.reserve(elements.count * width)
    if let bands = HDF5BandReader(self) {
      try cache.bands(of: tensor) { bands }.read(elements, into: target)
    } else {
      for index in grid.chunks(overlapping: elements) {
        guard let chunk = chunks[index] else {
          fill(chunk: index, of: elements, in: target)
          continue
        }
        let data = try cache.chunk(.init(tensor: tensor, chunk: index)) { () throws(LoadError) in
          try inflated(chunk, scratch: scratch.staging)
        }
        grid.copy(chunk: index, of: elements, from: data.bytes, width: width, to: target)
      }
    }
    if isBigEndian { reverseByteOrder(of: target, width: width) }
    let origin = elements.lowerBound * width
    return try body(
      UnsafeRawBufferPointer(
        rebasing: target[range.lowerBound - origin..<range.upperBound - origin]))
  }

  /// Puts the fill value where a chunk that was never written would be.
  func fill(chunk index: Int, of elements: Range<Int>, in target: UnsafeMutableRawBufferPointer) {
    grid.forEachRun(ofChunk: index, in: elements) { run in
      let place = run.place * width..<(run.place + run.count) * width
      repeatElement(
        fillElement, over: UnsafeMutableRawBufferPointer(rebasing: target[place]), phase: 0)
    }
  }

  /// A chunk to be read in pieces; nil for one that was never written.
  func stream(ofChunk index: Int) throws(LoadError) -> HDF5ChunkStream? {
    guard let chunk = chunks[index] else { return nil }
    try check(chunk)
    cache.countInflation()
    // Bits beyond the mask's width do not exist: such filters were applied.
    let applied = filters.filters.enumerated().filter { position, _ in
      position >= UInt32.bitWidth || chunk.filterMask & (1 << UInt32(position)) == 0
    }
    return try HDF5ChunkStream(
      file: file, tensor: tensor, extent: chunk.extent, filters: applied.map(\.element),
      width: width, byteCount: filters.chunkBytes)
  }

  private func check(_ chunk: StoredChunk) throws(LoadError) {
    // Filters make data that does not shrink a little longer, never twice as long.
    guard chunk.extent.count / 2 <= filters.chunkBytes + 1024 else {
      throw LoadError(
        .dataCorrupt,
        "a chunk of \(filters.chunkBytes) bytes is stored in \(chunk.extent.count)",
        file: file.path, offset: UInt64(exactly: chunk.extent.lowerBound), tensor: tensor)
    }
  }

  private func inflated(
    _ chunk: StoredChunk, scratch: ByteScratch
  ) throws(LoadError) -> HDF5ChunkCache.Chunk {
    try check(chunk)
    // The filters' results take turns in `scratch` and its staging.
    let own = scratch.staging.staging
    return try file.read(chunk.extent, tensor: tensor, scratch: own) { stored throws(LoadError) in
      do throws(HDF5ChunkFilters.Damage) {
        return HDF5ChunkCache.Chunk(
          copying: try filters.undo(stored, mask: chunk.filterMask, scratch: scratch))
      } catch {
        throw LoadError(
          .dataCorrupt, error.message, file: file.path,
          offset: UInt64(exactly: chunk.extent.lowerBound), tensor: tensor)
      }
    }
  }
}
