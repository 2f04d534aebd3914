/// Which scale goes with which element: the tensor's axes are cut into blocks, and each block has one
/// scale.
struct ScaleGrid: Sendable, Equatable {
  /// Extents of the tensor, at least two axes, and of a block along each.
  let shape: [Int]
  let block: [Int]
  let scaleType: ElementType
  /// Scales along each axis, and between neighbours along it.
  private let counts: [Int]
  private let steps: [Int]

  /// Types that scales are stored in.
  static let scaleTypes: Set<ElementType> = [
    .float32, .bfloat16, .float16, .float64, .float8E8M0, .float8E4M3,
  ]

  /// Nil if an extent is empty or the type is none of scales.
  init?(shape: [Int], block: [Int], scaleType: ElementType) {
    guard shape.count == block.count, !shape.isEmpty, shape.allSatisfy({ $0 > 0 }),
      block.allSatisfy({ $0 > 0 }), Self.scaleTypes.contains(scaleType)
    else { return nil }
    self.shape = shape
    self.block = block
    self.scaleType = scaleType
    counts = zip(shape, block).map { ($0 - 1) / $1 + 1 }
    var steps = counts
    var product = 1
    for axis in counts.indices.reversed() {
      steps[axis] = product
      product *= counts[axis]
    }
    self.steps = steps
  }

  /// The blocks that the shapes of a tensor and of its scales tell.
  ///
  /// - Parameters:
  ///   - scales: extents of the scales: one for all, one per row, or one per block of every axis;
  ///     axes may be missing at the end, and those of extent 1 go for the whole axis.
  ///   - size: what the configuration says of the last axes, believed where it fits.
  /// - Returns: nil if they do not fit each other.
  static func blocks(of shape: [Int], scales: [Int], size: [Int]?) -> [Int]? {
    if scales.allSatisfy({ $0 == 1 }) { return shape }
    guard scales.count <= shape.count, !shape.contains(0), !scales.contains(0) else { return nil }
    var blocks = shape
    var open: [Int] = []
    for (axis, count) in scales.enumerated() {
      if count == shape[axis] {
        blocks[axis] = 1
      } else if count > 1 {
        open.append(axis)
      }
    }
    if open.isEmpty { return blocks }
    func fits(_ size: Int, _ axis: Int) -> Bool {
      size > 0 && (shape[axis] - 1) / size + 1 == scales[axis]
    }
    func stated(_ axis: Int) -> Int? {
      guard let size, size.count <= shape.count else { return nil }
      let place = axis - (shape.count - size.count)
      return place >= 0 ? size[place] : nil
    }
    // An axis of a single block does not tell its size, so the others decide for all.
    let common = usualSizes.first { size in open.allSatisfy { fits(size, $0) } }
    for axis in open {
      let even = shape[axis].isMultiple(of: scales[axis]) ? shape[axis] / scales[axis] : nil
      let candidates = [stated(axis), common] + usualSizes.map(Optional.some) + [even]
      guard let found = candidates.compactMap(\.self).first(where: { fits($0, axis) }) else {
        return nil
      }
      blocks[axis] = found
    }
    return blocks
  }

  private static let usualSizes = [128, 64, 32, 16, 256, 512]

  /// The blocks of the tensor with its axes in another order; nil where scales would then lie in
  /// another order, too.
  func rearranged(_ axes: [Int]) -> ScaleGrid? {
    guard axes.sorted() == Array(shape.indices) else { return nil }
    let scaled = axes.filter { counts[$0] > 1 }
    guard scaled == scaled.sorted() else { return nil }
    return ScaleGrid(
      shape: axes.map { shape[$0] }, block: axes.map { block[$0] }, scaleType: scaleType)
  }

  /// Whether each of so many equal runs of the first axis has scales of its own, one run's behind the other's.
  func cutsFirstAxisEvenly(into runs: Int) -> Bool {
    runs > 0 && shape[0].isMultiple(of: runs) && (shape[0] / runs).isMultiple(of: block[0])
  }

  /// Scales of all blocks.
  var scaleCount: Int { counts.reduce(1, *) }

  /// Neighbours along the last axis that share a scale; nil if the whole axis does.
  var group: Int? { block[block.count - 1] < rowLength ? block[block.count - 1] : nil }

  /// The bytes of the scales of a range of elements.
  func scaleBytes(of elements: Range<Int>) -> Range<Int> {
    guard !elements.isEmpty else { return 0..<0 }
    let (scales, width) = (scales(of: elements), scaleType.bitWidth / 8)
    return scales.lowerBound * width..<scales.upperBound * width
  }

  private var rowLength: Int { shape[shape.count - 1] }

  private func firstScale(ofRow row: Int) -> Int {
    var (rest, index) = (row, 0)
    for axis in shape.indices.dropLast().reversed() {
      index += rest % shape[axis] / block[axis] * steps[axis]
      rest /= shape[axis]
    }
    return index
  }

  /// The scales that enclose those of a range of elements.
  func scales(of elements: Range<Int>) -> Range<Int> {
    let (first, last) = (elements.lowerBound / rowLength, (elements.upperBound - 1) / rowLength)
    let (firstMatrix, lastMatrix) = (first / matrixRows, last / matrixRows)
    guard firstMatrix == lastMatrix else {
      // Matrices that share scales may need any of them.
      guard block.dropLast(2).allSatisfy({ $0 == 1 }) else { return 0..<scaleCount }
      return firstScale(ofRow: firstMatrix * matrixRows)..<firstScale(
        ofRow: lastMatrix * matrixRows) + counts.suffix(2).reduce(1, *)
    }
    return firstScale(ofRow: first)..<firstScale(ofRow: last) + counts[counts.count - 1]
  }

  /// Rows of one matrix of a stack.
  private var matrixRows: Int { shape.count > 1 ? shape[shape.count - 2] : 1 }

  /// Calls `body` for every run of elements that share a scale.
  ///
  /// - Parameters:
  ///   - scales: the stored scales that `scales(of:)` names.
  ///   - body: takes the offset of the run in the range, its length and its scale.
  @inline(__always)
  func forEachRun(
    of elements: Range<Int>, scales: UnsafeRawBufferPointer, _ body: (Int, Int, Float) -> Void
  ) {
    forEachBlock(of: elements) { start, count, place in
      body(start, count, scaleType.float(at: place, of: scales))
    }
  }

  /// Calls `body` for every run of elements of one block.
  ///
  /// - Parameter body: takes the offset of the run in the range, its length, and the place of its
  ///   block among those that `scales(of:)` names.
  @inline(__always)
  func forEachBlock(of elements: Range<Int>, _ body: (Int, Int, Int) -> Void) {
    guard !elements.isEmpty else { return }
    let origin = self.scales(of: elements).lowerBound
    let width = block[block.count - 1]
    var element = elements.lowerBound
    while element < elements.upperBound {
      let (row, start) = element.quotientAndRemainder(dividingBy: rowLength)
      let rowEnd = min(rowLength, start + elements.upperBound - element)
      let first = firstScale(ofRow: row) - origin
      var column = start
      while column < rowEnd {
        let end = min((column / width + 1) * width, rowEnd)
        body(element - elements.lowerBound + column - start, end - column, first + column / width)
        column = end
      }
      element += rowEnd - start
    }
  }
}
