import CZlib

/// The data of one chunk from its start to its end, in pieces: what a chunk too large to keep is read
/// through.
final class HDF5ChunkStream {
  private let planes: [Plane]
  /// Bytes of an element where its bytes lie in planes, else 1.
  private let width: Int
  private let piece = ByteScratch()

  /// Whether a chunk's filters let it be read in pieces: deflated, its bytes perhaps shuffled before
  /// and a checksum put behind.
  static func isPossible(_ filters: [HDF5Index.Filter], width: Int) -> Bool {
    var rest = filters[...]
    if rest.last == .fletcher32 { rest.removeLast() }
    if rest.last == .deflate { rest.removeLast() }
    if rest.last == .shuffle(elementSize: width) { rest.removeLast() }
    return rest.isEmpty
  }

  /// - Parameters:
  ///   - extent: the chunk in the file, checked to be inside.
  ///   - filters: those that were applied, of a list that `isPossible` admits.
  ///   - byteCount: of the data, a multiple of `width`.
  init(
    file: any ByteSource, tensor: String, extent: Range<Int>, filters: [HDF5Index.Filter],
    width: Int,
    byteCount: Int
  ) throws(LoadError) {
    var extent = extent
    if filters.contains(.fletcher32) {
      let checked = HDF5ChunkFilters(filters: [.fletcher32], chunkBytes: 0)
      let scratch = ByteScratch()
      extent = try file.read(extent, tensor: tensor, scratch: scratch) {
        (bytes) throws(LoadError) in
        do throws(HDF5ChunkFilters.Damage) {
          return extent.lowerBound..<extent.lowerBound
            + (try checked.undo(bytes, mask: 0, scratch: scratch)).count
        } catch {
          throw LoadError(
            .dataCorrupt, error.message, file: file.path,
            offset: UInt64(exactly: extent.lowerBound), tensor: tensor)
        }
      }
    }
    let isShuffled = filters.contains(.shuffle(elementSize: width)) && width > 1
    self.width = isShuffled ? width : 1
    let planeBytes = byteCount / self.width
    var planes: [Plane] = []
    for number in 0..<self.width {
      let plane = Plane(
        file: file, tensor: tensor, extent: extent, isDeflated: filters.contains(.deflate))
      try plane.skip(number * planeBytes)
      planes.append(plane)
    }
    self.planes = planes
  }

  /// Calls `body` with the next bytes.
  ///
  /// - Parameter count: a multiple of the width.
  func read(
    _ count: Int, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(LoadError) {
    let target = piece.reserve(count)
    guard width > 1 else {
      try planes[0].read(into: target)
      body(UnsafeRawBufferPointer(target))
      return
    }
    let elements = count / width
    for (number, plane) in planes.enumerated() {
      let bytes = piece.staging.reserve(elements)
      try plane.read(into: bytes)
      for index in 0..<elements { target[index * width + number] = bytes[index] }
    }
    body(UnsafeRawBufferPointer(target))
  }

  func skip(_ count: Int) throws(LoadError) {
    for plane in planes { try plane.skip(count / width) }
  }

  /// A chunk's stored bytes, inflated from the start on where they are deflated.
  private final class Plane {
    private let file: any ByteSource
    private let tensor: String
    /// What was not yet read of the chunk.
    private var rest: Range<Int>
    private let start: Int
    private let isDeflated: Bool
    private let zlib = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private let scratch = ByteScratch()
    private var isBegun = false

    init(file: any ByteSource, tensor: String, extent: Range<Int>, isDeflated: Bool) {
      self.file = file
      self.tensor = tensor
      self.isDeflated = isDeflated
      rest = extent
      start = extent.lowerBound
      zlib.initialize(to: z_stream())
    }

    deinit {
      if isBegun { inflateEnd(zlib) }
      zlib.deallocate()
      input.deallocate()
    }

    func skip(_ count: Int) throws(LoadError) {
      guard isDeflated else {
        rest = min(rest.lowerBound + count, rest.upperBound)..<rest.upperBound
        return
      }
      var left = count
      while left > 0 {
        let part = scratch.staging.reserve(min(left, 1 << 16))
        try read(into: part)
        left -= part.count
      }
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(LoadError) {
      guard isDeflated else {
        guard target.count <= rest.count else { throw damaged("holds too few bytes") }
        let range = rest.lowerBound..<rest.lowerBound + target.count
        try file.read(range, tensor: tensor, scratch: scratch) { (bytes) throws(LoadError) in
          target.copyMemory(from: bytes)
        }
        rest = range.upperBound..<rest.upperBound
        return
      }
      if !isBegun {
        guard
          inflateInit_(zlib, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw damaged("needs more memory than there is") }
        isBegun = true
      }
      zlib.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
      zlib.pointee.avail_out = uInt(target.count)
      while zlib.pointee.avail_out > 0 {
        if zlib.pointee.avail_in == 0 { try fill() }
        let status = inflate(zlib, Z_NO_FLUSH)
        if status == Z_STREAM_END, zlib.pointee.avail_out > 0 {
          throw damaged("holds too few bytes")
        }
        guard status == Z_OK || status == Z_STREAM_END else {
          throw damaged("has deflated data that is corrupt")
        }
      }
    }

    private func fill() throws(LoadError) {
      let count = min(input.count, rest.count)
      guard count > 0 else { throw damaged("has deflated data that is cut short") }
      let range = rest.lowerBound..<rest.lowerBound + count
      try file.read(range, tensor: tensor, scratch: scratch) { (bytes) throws(LoadError) in
        UnsafeMutableRawBufferPointer(rebasing: input[..<count]).copyMemory(from: bytes)
      }
      rest = range.upperBound..<rest.upperBound
      zlib.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      zlib.pointee.avail_in = uInt(count)
    }

    private func damaged(_ what: String) -> LoadError {
      LoadError(
        .dataCorrupt, "a chunk \(what)", file: file.path, offset: UInt64(exactly: start),
        tensor: tensor)
    }
  }
}
