import CZlib

/// Undoes the filters of one chunk.
struct HDF5ChunkFilters {
  /// In the order they were applied when writing.
  let filters: [HDF5Index.Filter]
  /// Bytes of a chunk before filtering.
  let chunkBytes: Int

  /// Why a chunk cannot be had.
  struct Damage: Error {
    var message: String
  }

  /// The chunk's data, at least `chunkBytes` long, in the stored bytes themselves or in scratch.
  ///
  /// - Parameters:
  ///   - stored: the bytes in the file.
  ///   - mask: bit i set if filter i was not applied to this chunk.
  ///   - scratch: memory for the intermediate results, which take turns in it and its staging.
  /// - Returns: valid as long as `stored`, and until `scratch` is used again.
  /// - Throws: what is wrong with the chunk.
  func undo(
    _ stored: UnsafeRawBufferPointer, mask: UInt32, scratch: ByteScratch
  ) throws(Damage) -> UnsafeRawBufferPointer {
    var bytes = stored
    var isInStaging = true
    for (position, filter) in filters.enumerated().reversed() {
      // Bits beyond the mask's width do not exist: such filters were applied.
      if position < UInt32.bitWidth, mask & (1 << UInt32(position)) != 0 { continue }
      switch filter {
      case .fletcher32:
        bytes = try verifyFletcher32(bytes)
      case .deflate:
        bytes = try inflate(bytes, into: isInStaging ? scratch : scratch.staging)
        isInStaging.toggle()
      case .lzf:
        // Filters applied before this one may have added a checksum each.
        let target = (isInStaging ? scratch : scratch.staging).reserve(
          chunkBytes + 4 * filters.count)
        guard let count = LZF.decompress(bytes, into: target) else {
          throw Damage(message: "a chunk's LZF data is corrupt")
        }
        bytes = UnsafeRawBufferPointer(rebasing: target[..<count])
        isInStaging.toggle()
      case .shuffle(let elementSize):
        guard elementSize > 1, bytes.count >= elementSize else { continue }
        bytes = unshuffle(
          bytes, elementSize: elementSize, into: isInStaging ? scratch : scratch.staging)
        isInStaging.toggle()
      }
    }
    guard bytes.count >= chunkBytes else {
      throw Damage(message: "a chunk holds \(bytes.count) bytes instead of \(chunkBytes)")
    }
    return bytes
  }

  private func inflate(
    _ bytes: UnsafeRawBufferPointer, into scratch: ByteScratch
  ) throws(Damage) -> UnsafeRawBufferPointer {
    // Filters applied before this one may have added a checksum each.
    let capacity = chunkBytes + 4 * filters.count
    let target = scratch.reserve(capacity)
    var count = uLongf(capacity)
    let status = uncompress(
      target.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(bytes.count))
    switch status {
    case Z_OK:
      return UnsafeRawBufferPointer(rebasing: target[..<Int(count)])
    case Z_MEM_ERROR:
      throw Damage(message: "there is not enough memory to inflate a chunk")
    case Z_BUF_ERROR:
      throw Damage(message: "a chunk's deflated data is cut short or too long")
    default:
      throw Damage(message: "a chunk's deflated data is corrupt")
    }
  }

  /// Byte i of element j is stored at i * elements + j; what does not fill an element follows.
  private func unshuffle(
    _ bytes: UnsafeRawBufferPointer, elementSize: Int, into scratch: ByteScratch
  ) -> UnsafeRawBufferPointer {
    let target = scratch.reserve(bytes.count)
    let elements = bytes.count / elementSize
    for plane in 0..<elementSize {
      let source = UnsafeRawBufferPointer(
        rebasing: bytes[plane * elements..<(plane + 1) * elements])
      var place = plane
      for byte in source {
        target[place] = byte
        place += elementSize
      }
    }
    for place in elements * elementSize..<bytes.count { target[place] = bytes[place] }
    return UnsafeRawBufferPointer(target)
  }

  private func verifyFletcher32(
    _ bytes: UnsafeRawBufferPointer
  ) throws(Damage) -> UnsafeRawBufferPointer {
    guard bytes.count >= 4 else { throw Damage(message: "a chunk has no room for its checksum") }
    let data = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
    let stored = UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: data.count, as: UInt32.self))
    let actual = fletcher32(data)
    // Before 1.6.3 little-endian machines stored it with the bytes of each half exchanged.
    let exchanged = (actual & 0x00ff_00ff) << 8 | (actual & 0xff00_ff00) >> 8
    guard stored == actual || stored == exchanged else {
      throw Damage(message: "a chunk's checksum does not match its data")
    }
    return data
  }
}

/// Fletcher's checksum as HDF5 computes it: over big-endian 16-bit words, an odd byte being a
/// word's high half, sums modulo 65535.
func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var first: UInt32 = 0
  var second: UInt32 = 0
  var position = 0
  let evenCount = bytes.count & ~1
  while position < evenCount {
    // 360 words: the most for which `second` cannot overflow before it is folded.
    let end = min(position + 720, evenCount)
    while position < end {
      first &+= UInt32(bytes[position]) << 8 | UInt32(bytes[position + 1])
      second &+= first
      position += 2
    }
    first = (first & 0xffff) &+ (first >> 16)
    second = (second & 0xffff) &+ (second >> 16)
  }
  if position < bytes.count {
    first &+= UInt32(bytes[position]) << 8
    second &+= first
    first = (first & 0xffff) &+ (first >> 16)
    second = (second & 0xffff) &+ (second >> 16)
  }
  first = (first & 0xffff) &+ (first >> 16)
  second = (second & 0xffff) &+ (second >> 16)
  return second << 16 | first
}
