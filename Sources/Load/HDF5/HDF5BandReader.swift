import Synchronization

/// Reads a dataset whose rows of chunks are too large to keep: from the first row to the last, a window
/// of rows at a time, each chunk inflated once as it goes by.
///
/// Workers ask for rows in order, give or take the leaves that they hold; what lies before the windows
/// that are kept costs going back to the start of the chunks.
///
/// `@unchecked Sendable`: what changes is touched with the lock held.
final class HDF5BandReader: @unchecked Sendable {
  let tensor: String
  private let storage: HDF5ChunkedStorage
  private let windowRows: Int
  private let lock = Mutex(())
  private var windows: [Window] = []
  private var streams: [Stream] = []
  private var band = -1
  /// The row, counted from the band's first, that the streams are at.
  private var row = 0

  /// Some rows, dense.
  private struct Window {
    /// Of the array, from its start.
    var rows: Range<Int>
    var bytes: ByteScratch
  }

  private struct Stream {
    var index: Int
    /// Nil for a chunk that was never written.
    var data: HDF5ChunkStream?
  }

  /// Leaves that workers hold lie in a few windows.
  private static let windowCount = 4
  /// Chunks of a band that are open at once, at 45 kilobytes each.
  static let streamLimit = 4096

  /// Nil where bands may be kept whole, or chunks cannot be read in pieces.
  init?(
    _ storage: HDF5ChunkedStorage, largestBand: Int = 32 << 20, windowBytes: Int = 8 << 20
  ) {
    let grid = storage.grid
    let rowBytes = grid.rowElementCount * storage.width
    let planes = storage.filters.filters.contains(.shuffle(elementSize: storage.width))
    guard grid.bandElementCount * storage.width > largestBand, rowBytes <= windowBytes,
      grid.counts.dropFirst().reduce(1, *) * (planes ? storage.width : 1) <= Self.streamLimit,
      HDF5ChunkStream.isPossible(storage.filters.filters, width: storage.width)
    else { return nil }
    self.storage = storage
    tensor = storage.tensor
    windowRows = max(1, windowBytes / rowBytes)
  }

  /// Copies a range of elements, as stored, into memory for them.
  func read(
    _ elements: Range<Int>, into target: UnsafeMutableRawBufferPointer
  ) throws(LoadError) {
    let (rowElements, width) = (storage.grid.rowElementCount, storage.width)
    try lock.withLock { _ throws(LoadError) in
      var element = elements.lowerBound
      while element < elements.upperBound {
        let window = try window(holding: element / rowElements)
        let end = min(window.rows.upperBound * rowElements, elements.upperBound)
        let origin = window.rows.lowerBound * rowElements
        let source = window.bytes.contents[(element - origin) * width..<(end - origin) * width]
        let place = (element - elements.lowerBound) * width
        UnsafeMutableRawBufferPointer(rebasing: target[place..<place + source.count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
        element = end
      }
    }
  }

  private func window(holding wanted: Int) throws(LoadError) -> Window {
    if let found = windows.first(where: { $0.rows.contains(wanted) }) { return found }
    let grid = storage.grid
    let (wantedBand, offset) = wanted.quotientAndRemainder(dividingBy: grid.chunkShape[0])
    let first = offset / windowRows * windowRows
    if band != wantedBand || row > first { try open(wantedBand) }
    // What other workers skipped is theirs to come.
    while row < first - windowRows * Self.windowCount {
      for stream in streams { try stream.data?.skip(chunkRowBytes * windowRows) }
      row += windowRows
    }
    while true {
      let window = try next()
      if window.rows.contains(wanted) { return window }
    }
  }

  private var chunkRowBytes: Int {
    storage.grid.chunkElementCount / storage.grid.chunkShape[0] * storage.width
  }

  private func open(_ wantedBand: Int) throws(LoadError) {
    (streams, windows, band, row) = ([], [], -1, 0)
    let across = storage.grid.counts.dropFirst().reduce(1, *)
    for index in wantedBand * across..<(wantedBand + 1) * across {
      streams.append(Stream(index: index, data: try storage.stream(ofChunk: index)))
    }
    band = wantedBand
  }

  /// Reads the next rows of all chunks of the band.
  private func next() throws(LoadError) -> Window {
    let grid = storage.grid
    // A read that fails half-way leaves streams at different rows.
    let open = band
    band = -1
    let start = open * grid.chunkShape[0] + row
    let end = min(start + windowRows, (open + 1) * grid.chunkShape[0], grid.shape[0])
    let (rowElements, width) = (grid.rowElementCount, storage.width)
    let bytes =
      windows.count < Self.windowCount ? ByteScratch() : windows.removeFirst().bytes
    let target = bytes.reserve((end - start) * rowElements * width)
    let elements = start * rowElements..<end * rowElements
    let chunkElements = grid.chunkElementCount / grid.chunkShape[0]
    for stream in streams {
      guard let data = stream.data else {
        storage.fill(chunk: stream.index, of: elements, in: target)
        continue
      }
      try data.read((end - start) * chunkElements * width) { piece in
        grid.copy(
          chunk: stream.index, of: elements, from: piece, startingAt: row * chunkElements,
          width: width, to: target)
      }
    }
    let window = Window(rows: start..<end, bytes: bytes)
    windows.append(window)
    row += end - start
    band = open
    return window
  }
}
