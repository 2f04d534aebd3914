/// Where a storage's bytes are.
struct StorageBytes {
  let source: any ByteSource
  /// In the source.
  let range: Range<Int>
  /// Whether the writing machine stored the high byte of a number first.
  var isBigEndian = false
}

/// How the numbers of a tensor lie in its storage, in numbers: the first at `offset`, neighbours
/// along an axis so many apart.
struct StridedLayout: Equatable {
  var shape: [Int]
  var strides: [Int]
  var offset: Int
  /// The numbers of the tensor.
  let count: Int
  /// The place of the last number; less than `offset` for none.
  let last: Int

  /// Nil for what cannot be: negative extents, more numbers than can be counted.
  init?(shape: [Int], strides: [Int], offset: Int) {
    guard shape.count == strides.count, offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 })
    else { return nil }
    // In whatever order: [huge, huge, 0] overflows although it is empty.
    var (count, last) = (1, offset)
    for (extent, stride) in zip(shape, strides) {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      let (step, stepOverflow) = max(0, extent - 1).multipliedReportingOverflow(by: stride)
      let (end, endOverflow) = last.addingReportingOverflow(step)
      guard !overflow, !stepOverflow, !endOverflow else { return nil }
      (count, last) = (product, end)
    }
    (self.shape, self.strides, self.offset, self.count) = (shape, strides, offset, count)
    self.last = count == 0 ? offset - 1 : last
  }

  /// One array behind the other, without gaps.
  static func dense(_ shape: [Int]) -> StridedLayout? {
    var strides: [Int] = []
    var stride = 1
    for extent in shape.reversed() {
      strides.append(stride)
      let (product, overflow) = stride.multipliedReportingOverflow(by: max(1, extent))
      guard !overflow else { return nil }
      stride = product
    }
    return StridedLayout(shape: shape, strides: strides.reversed(), offset: 0)
  }

  /// As few axes as describe the same order of numbers: runs are as long as can be.
  var axes: [(extent: Int, stride: Int)] {
    // Extents around a zero may be of any size.
    guard count > 0 else { return [] }
    var axes: [(extent: Int, stride: Int)] = []
    for (extent, stride) in zip(shape, strides) where extent != 1 {
      let (span, overflow) = extent.multipliedReportingOverflow(by: stride)
      if let outer = axes.last, !overflow, outer.stride == span {
        axes[axes.count - 1] = (outer.extent * extent, stride)
      } else {
        axes.append((extent, stride))
      }
    }
    return axes
  }
}

/// A tensor that is a view of a storage, perhaps one of several: transposed, with gaps, overlapping.
///
/// Only what is asked for is read. Numbers that lie in order are the file's own bytes; others are
/// gathered from the mapped file into memory for what is asked.
struct StridedStorage: TensorStorage {
  private let bytes: StorageBytes
  private let layout: StridedLayout
  private let tensor: String
  /// Bytes of a number.
  private let width: Int
  /// Bytes that are turned round where the storage is big-endian: of a complex number, a half.
  private let swappedWidth: Int
  private let offset: Int
  private let count: Int
  private let axes: [(extent: Int, stride: Int)]
  private let isDense: Bool

  /// - Parameters:
  ///   - layout: all of it inside of the bytes.
  ///   - width: 1, 2, 4, 8 or 16.
  init(_ layout: StridedLayout, in bytes: StorageBytes, type: PyTorchType, tensor: String) {
    self.bytes = bytes
    self.layout = layout
    self.tensor = tensor
    width = type.width
    swappedWidth = type == .numbers(.complex64) || type.width == 16 ? width / 2 : width
    (offset, count, axes) = (layout.offset, layout.count, layout.axes)
    isDense = layout.count == 0 || axes.isEmpty || axes.count == 1 && axes[0].stride == 1
  }

  func withBytes<Result>(
    of range: Range<Int>, scratch: ByteScratch,
    _ body: (UnsafeRawBufferPointer) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    guard range.lowerBound >= 0, range.upperBound <= count * width else {
      throw LoadError(
        .offsetsOutOfRange, "bytes \(range) are asked for; the tensor has \(count * width)",
        file: bytes.source.path, tensor: tensor)
    }
    guard !range.isEmpty else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard !isDense || bytes.isBigEndian && swappedWidth > 1 else {
      let start = bytes.range.lowerBound + offset * width
      return try bytes.source.read(
        start + range.lowerBound..<start + range.upperBound, tensor: tensor, scratch: scratch, body)
    }
    let elements = range.lowerBound / width..<(range.upperBound + width - 1) / width
    let target = scratch.reserve(elements.count * width)
    let span = span(of: elements)
    let start = bytes.range.lowerBound
    try bytes.source.withBytes(
      in: start + span.lowerBound * width..<start + span.upperBound * width, tensor: tensor
    ) { (stored) throws(LoadError) in
      gather(elements, from: stored, startingAt: span.lowerBound, into: target)
    }
    if bytes.isBigEndian, swappedWidth > 1 { reverseByteOrder(of: target, width: swappedWidth) }
    let first = range.lowerBound - elements.lowerBound * width
    return try body(UnsafeRawBufferPointer(rebasing: target[first..<first + range.count]))
  }

  func places(of shape: [Int], _ type: ElementType) -> NumberPlaces? {
    layout.shape == shape ? NumberPlaces(bytes: bytes, layout: layout) : nil
  }

  func prefetch(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<count * width)
    guard !range.isEmpty else { return }
    let span = span(of: range.lowerBound / width..<(range.upperBound + width - 1) / width)
    bytes.source.prefetch(
      span.lowerBound * width..<span.upperBound * width, from: bytes.range.lowerBound)
  }

  /// What of the storage holds some elements, in numbers: between the first and the last of their
  /// outermost rows.
  private func span(of elements: Range<Int>) -> Range<Int> {
    guard let outer = axes.first else { return offset..<offset + 1 }
    let row = axes.dropFirst().reduce(1) { $0 * $1.extent }
    let rows = elements.lowerBound / row...(elements.upperBound - 1) / row
    // In one row, the innermost axis can still be narrowed.
    if axes.count == 1 {
      return offset + elements.lowerBound * outer.stride..<offset + (elements.upperBound - 1)
        * outer.stride + 1
    }
    let within = axes.dropFirst().reduce(0) { $0 + ($1.extent - 1) * $1.stride }
    return offset + rows.lowerBound * outer.stride..<offset + rows.upperBound * outer.stride
      + within
      + 1
  }

  private func gather(
    _ elements: Range<Int>, from stored: UnsafeRawBufferPointer, startingAt origin: Int,
    into target: UnsafeMutableRawBufferPointer
  ) {
    switch width {
    case 1: gather(elements, UInt8.self, from: stored, startingAt: origin, into: target)
    case 2: gather(elements, UInt16.self, from: stored, startingAt: origin, into: target)
    case 4: gather(elements, UInt32.self, from: stored, startingAt: origin, into: target)
    case 8: gather(elements, UInt64.self, from: stored, startingAt: origin, into: target)
    default: gather(elements, UInt128.self, from: stored, startingAt: origin, into: target)
    }
  }

  private func gather<Word: BitwiseCopyable>(
    _ elements: Range<Int>, _ word: Word.Type, from stored: UnsafeRawBufferPointer,
    startingAt origin: Int, into target: UnsafeMutableRawBufferPointer
  ) {
    let inner = axes.last ?? (1, 0)
    // The first element's place along each axis.
    var places = [Int](repeating: 0, count: axes.count)
    var rest = elements.lowerBound
    for axis in axes.indices.reversed() {
      (rest, places[axis]) = rest.quotientAndRemainder(
        dividingBy: axes[axis].extent)
    }
    var written = 0
    while written < elements.count {
      let start = zip(places, axes).reduce(offset - origin) { $0 + $1.0 * $1.1.stride }
      let run = min(inner.extent - (places.last ?? 0), elements.count - written)
      for index in 0..<run {
        let value = stored.loadUnaligned(
          fromByteOffset: (start + index * inner.stride) * width, as: word)
        target.storeBytes(of: value, toByteOffset: (written + index) * width, as: word)
      }
      written += run
      // The next run begins at the start of the innermost axis, one further along the next one.
      guard !axes.isEmpty else { return }
      places[axes.count - 1] = 0
      var axis = axes.count - 2
      while axis >= 0 {
        places[axis] += 1
        if places[axis] < axes[axis].extent { break }
        places[axis] = 0
        axis -= 1
      }
    }
  }
}
