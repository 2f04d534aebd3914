/// How the chunks of an array tile it, in counts of elements.
struct HDF5ChunkGrid {
  /// Extents of the array; at least one axis, none empty.
  let shape: [Int]
  /// Extents of a chunk, edge chunks included, which reach beyond the array.
  let chunkShape: [Int]
  /// Chunks along each axis.
  let counts: [Int]
  /// Elements of one chunk.
  let chunkElementCount: Int
  /// Elements between neighbours along each axis of the array, and of a chunk.
  private let steps: [Int]
  private let chunkSteps: [Int]
  /// The axis from which a chunk is as wide as the array, so that its data is in one run.
  private let runAxis: Int

  /// Nil if the extents do not make sense together or their products overflow.
  init?(shape: [Int], chunkShape: [Int]) {
    guard !shape.isEmpty, shape.count == chunkShape.count,
      shape.allSatisfy({ $0 > 0 }), chunkShape.allSatisfy({ $0 > 0 }),
      let (steps, _) = Self.steps(shape), let (chunkSteps, elements) = Self.steps(chunkShape)
    else { return nil }
    self.shape = shape
    self.chunkShape = chunkShape
    self.steps = steps
    self.chunkSteps = chunkSteps
    chunkElementCount = elements
    counts = zip(shape, chunkShape).map { ($0 - 1) / $1 + 1 }
    var axis = shape.count - 1
    while axis > 0, chunkShape[axis] == shape[axis] { axis -= 1 }
    runAxis = axis
  }

  private static func steps(_ shape: [Int]) -> (steps: [Int], product: Int)? {
    var steps = shape
    var product = 1
    for axis in shape.indices.reversed() {
      steps[axis] = product
      let (next, overflow) = product.multipliedReportingOverflow(by: shape[axis])
      if overflow { return nil }
      product = next
    }
    return (steps, product)
  }

  /// Elements in one row of the array, along the first axis.
  var rowElementCount: Int { steps[0] }

  /// Elements in one row of chunks along the first axis.
  var bandElementCount: Int { min(chunkShape[0], shape[0]) * steps[0] }

  /// Positions in the grid, row-major, of the chunks that hold some of a range of elements.
  func chunks(overlapping elements: Range<Int>) -> [Int] {
    guard !elements.isEmpty else { return [] }
    let bandChunks = counts.dropFirst().reduce(1, *)
    let first = elements.lowerBound / steps[0] / chunkShape[0]
    let last = (elements.upperBound - 1) / steps[0] / chunkShape[0]
    return (first * bandChunks..<(last + 1) * bandChunks).filter { index in
      let (origin, extent) = box(ofChunk: index)
      var lowest = 0
      var highest = 0
      for axis in shape.indices {
        lowest += origin[axis] * steps[axis]
        highest += (origin[axis] + extent[axis] - 1) * steps[axis]
      }
      return lowest < elements.upperBound && highest >= elements.lowerBound
    }
  }

  /// The part of a chunk that is inside the array.
  private func box(ofChunk index: Int) -> (origin: [Int], extent: [Int]) {
    var origin = shape
    var extent = shape
    var rest = index
    for axis in shape.indices.reversed() {
      origin[axis] = rest % counts[axis] * chunkShape[axis]
      extent[axis] = min(chunkShape[axis], shape[axis] - origin[axis])
      rest /= counts[axis]
    }
    return (origin, extent)
  }

  /// Elements that are neighbours both in a chunk and in the array.
  struct Run: Equatable {
    /// Offset in the chunk.
    var source: Int
    /// Offset in the range asked for.
    var place: Int
    var count: Int
  }

  /// Calls `body` for every run of a chunk, cut to a range of the array's elements.
  func forEachRun(ofChunk index: Int, in elements: Range<Int>, _ body: (Run) -> Void) {
    guard !elements.isEmpty else { return }
    let (origin, extent) = box(ofChunk: index)
    let runLength = extent[runAxis] * steps[runAxis]
    var position = [Int](repeating: 0, count: runAxis)
    var last = extent
    if runAxis > 0 {
      // Only rows that hold some of the range.
      position[0] = max(0, elements.lowerBound / steps[0] - origin[0])
      last[0] = min(extent[0], (elements.upperBound - 1) / steps[0] + 1 - origin[0])
      guard position[0] < last[0] else { return }
    }
    var source = runAxis > 0 ? position[0] * chunkSteps[0] : 0
    var start = zip(origin[...runAxis], steps).reduce(0) { $0 + $1.0 * $1.1 }
    if runAxis > 0 { start += position[0] * steps[0] }
    while true {
      let cut = (start..<start + runLength).clamped(to: elements)
      if !cut.isEmpty {
        body(
          Run(
            source: source + cut.lowerBound - start, place: cut.lowerBound - elements.lowerBound,
            count: cut.count))
      }
      var axis = runAxis - 1
      while axis >= 0 {
        position[axis] += 1
        source += chunkSteps[axis]
        start += steps[axis]
        if position[axis] < last[axis] { break }
        if axis == 0 { return }
        source -= position[axis] * chunkSteps[axis]
        start -= position[axis] * steps[axis]
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Copies what a chunk holds of a range of the array's elements.
  ///
  /// - Parameters:
  ///   - data: of the chunk, from its element `first` on.
  ///   - target: the range.
  func copy(
    chunk index: Int, of elements: Range<Int>, from data: UnsafeRawBufferPointer,
    startingAt first: Int = 0, width: Int, to target: UnsafeMutableRawBufferPointer
  ) {
    guard let from = data.baseAddress, let to = target.baseAddress else { return }
    forEachRun(ofChunk: index, in: elements) { run in
      let (source, count) = ((run.source - first) * width, run.count * width)
      guard source >= 0, source + count <= data.count, run.place * width + count <= target.count
      else { return }
      (to + run.place * width).copyMemory(from: from + source, byteCount: count)
    }
  }
}
