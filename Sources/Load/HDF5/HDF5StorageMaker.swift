/// Turns the datasets of an index into storage, checking every number against the mapped file.
struct HDF5StorageMaker {
  let file: any ByteSource
  /// Bytes of numbers that may still be declared: deflate shrinks at most 1032 times, so more than
  /// that is a file made to exhaust whoever reads it.
  private var declarable: Int
  private let cache = HDF5ChunkCache()

  private let limits: LoadLimits.HDF5

  init(file: any ByteSource, limits: LoadLimits.HDF5 = LoadLimits.standard.hdf5) {
    self.file = file
    self.limits = limits
    let (scaled, overflow) = file.byteCount.multipliedReportingOverflow(by: 1032)
    declarable = overflow ? .max : max(scaled, 64 << 20)
  }

  /// Storage for one dataset.
  ///
  /// - Parameters:
  ///   - dataset: an entry of the index, not trusted.
  ///   - tensor: the tensor's name, for errors.
  /// - Returns: storage all of whose offsets are inside the file.
  /// - Throws: `.unknownElementType`, `.shapeOverflow`, `.limitExceeded`, `.sizeMismatch`, `.offsetsOutOfRange`,
  ///   `.dataCorrupt`.
  mutating func storage(
    of dataset: HDF5Index.Dataset, tensor: String
  ) throws(LoadError) -> any TensorStorage {
    let width = dataset.number.elementType.bitWidth / 8
    guard width * 8 == dataset.number.elementType.bitWidth else {
      throw LoadError(
        .unknownElementType, "the elements are narrower than a byte", file: file.path,
        tensor: tensor)
    }
    let byteCount = try byteCount(of: dataset, width: width, tensor: tensor)
    guard byteCount <= declarable else {
      throw LoadError(
        .limitExceeded, "the file declares more numbers than it could hold", file: file.path,
        tensor: tensor)
    }
    declarable -= byteCount
    if byteCount == 0 { return HDF5CompactStorage(bytes: []) }
    if let fill = dataset.fill, fill.count != width {
      throw corrupt("the fill value has \(fill.count) bytes instead of \(width)", tensor)
    }
    let swapped = dataset.number.isBigEndian
    switch dataset.layout {
    case .unwritten:
      let element = dataset.fill ?? [UInt8](repeating: 0, count: width)
      return HDF5ConstantStorage(element: swapped ? element.reversed() : element)
    case .compact(let data):
      guard data.count == byteCount else {
        throw LoadError(
          .sizeMismatch, "\(data.count) bytes are stored, the shape needs \(byteCount)",
          file: file.path, tensor: tensor)
      }
      var bytes = [UInt8](data)
      if swapped { bytes.withUnsafeMutableBytes { reverseByteOrder(of: $0, width: width) } }
      return HDF5CompactStorage(bytes: bytes)
    case .contiguous(let offset, let stored):
      guard stored == byteCount else {
        throw LoadError(
          .sizeMismatch, "\(stored) bytes are stored, the shape needs \(byteCount)",
          file: file.path, offset: offset, tensor: tensor)
      }
      let extent = try extent(offset: offset, byteCount: stored, tensor: tensor)
      return HDF5ContiguousStorage(
        file: file, tensor: tensor, extent: extent, swappedWidth: swapped ? width : nil)
    case .chunked(let chunks):
      return try chunked(chunks, of: dataset, width: width, tensor: tensor)
    }
  }

  private func byteCount(
    of dataset: HDF5Index.Dataset, width: Int, tensor: String
  ) throws(LoadError) -> Int {
    // Room for the count in bits too, which `Tensor` computes.
    var product = width * 8
    guard dataset.shape.count <= limits.rank else {
      throw LoadError(
        .limitExceeded, "the array has \(dataset.shape.count) axes", file: file.path,
        tensor: tensor)
    }
    for extent in dataset.shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw LoadError(
          .shapeOverflow, "the extents \(dataset.shape) overflow", file: file.path,
          tensor: tensor)
      }
      product = next
    }
    return product / 8
  }

  private func extent(
    offset: UInt64, byteCount: UInt64, tensor: String
  ) throws(LoadError) -> Range<Int> {
    let (end, overflow) = offset.addingReportingOverflow(byteCount)
    guard !overflow, end <= UInt64(file.byteCount), let start = Int(exactly: offset),
      let end = Int(exactly: end)
    else {
      throw LoadError(
        .offsetsOutOfRange,
        "\(byteCount) bytes are declared there, beyond the end of the file (\(file.byteCount))",
        file: file.path, offset: offset, tensor: tensor)
    }
    return start..<end
  }

  private func chunked(
    _ chunks: HDF5Index.Chunks, of dataset: HDF5Index.Dataset, width: Int, tensor: String
  ) throws(LoadError) -> any TensorStorage {
    guard let grid = HDF5ChunkGrid(shape: dataset.shape, chunkShape: chunks.shape) else {
      throw corrupt("chunks of \(chunks.shape) do not tile an array of \(dataset.shape)", tensor)
    }
    guard grid.chunkElementCount <= limits.chunkBytes / width,
      grid.counts.reduce(1, *) <= limits.chunks,
      chunks.filters.count <= limits.filters
    else {
      throw LoadError(
        .limitExceeded, "the chunks \(chunks.shape) are too large or too many", file: file.path,
        tensor: tensor)
    }
    let gridCount = grid.counts.reduce(1, *)
    var stored: [Int: HDF5ChunkedStorage.StoredChunk] = [:]
    for chunk in chunks.stored {
      guard (0..<gridCount).contains(chunk.gridIndex), stored[chunk.gridIndex] == nil else {
        throw corrupt("two chunks are in one place, or one outside the array", tensor)
      }
      stored[chunk.gridIndex] = .init(
        extent: try extent(offset: chunk.offset, byteCount: chunk.byteCount, tensor: tensor),
        filterMask: chunk.filterMask)
    }
    return HDF5ChunkedStorage(
      file: file, tensor: tensor, grid: grid,
      filters: HDF5ChunkFilters(
        filters: chunks.filters, chunkBytes: grid.chunkElementCount * width),
      chunks: stored, fillElement: dataset.fill ?? [UInt8](repeating: 0, count: width),
      width: width, isBigEndian: dataset.number.isBigEndian, cache: cache)
  }

  private func corrupt(_ message: String, _ tensor: String) -> LoadError {
    LoadError(.dataCorrupt, message, file: file.path, tensor: tensor)
  }
}
