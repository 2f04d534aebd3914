import Synchronization

/// Inflated chunks of one file, kept for the next request whoever makes it.
///
/// It belongs to the file's storage, so that neither another tensor on the same thread nor another
/// thread on the same tensor makes a chunk be inflated again.
final class HDF5ChunkCache: Sendable {
  struct Key: Hashable {
    var tensor: String
    var chunk: Int
  }

  /// A chunk's data before filtering.
  final class Chunk: @unchecked Sendable {
    // Written before it is shared, and never again.
    fileprivate(set) var bytes: UnsafeRawBufferPointer

    init(copying source: UnsafeRawBufferPointer) {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 16)
      copy.copyMemory(from: source)
      bytes = UnsafeRawBufferPointer(copy)
    }

    deinit { bytes.deallocate() }
  }

  /// A chunk that is kept, or being inflated by the first thread that asked for it.
  private final class Entry: Sendable {
    let chunk = Mutex<Chunk?>(nil)
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    /// With their bytes, oldest first.
    var order: [(key: Key, byteCount: Int)] = []
    var byteCount = 0
    var inflations = 0
    var bands: [HDF5BandReader] = []
  }

  /// Bytes that are kept; the newest chunk is, however large.
  private let limit: Int
  private let state = Mutex(State())

  /// Readers of high bands that are kept: as many as threads are likely to be at.
  private static let bandLimit = 4

  init(limit: Int = 64 << 20) { self.limit = limit }

  /// Chunks inflated so far, the parts of a chunk that goes by in pieces as one; tests count them.
  var inflations: Int { state.withLock { $0.inflations } }

  func countInflation() { state.withLock { $0.inflations += 1 } }

  /// The chunk, inflated by `make` unless it is kept.
  func chunk(_ key: Key, make: () throws(LoadError) -> Chunk) throws(LoadError) -> Chunk {
    let entry = state.withLock { state in
      if let found = state.entries[key] { return found }
      let entry = Entry()
      state.entries[key] = entry
      return entry
    }
    var isNew = false
    let chunk = try entry.chunk.withLock { (held) throws(LoadError) in
      if let held { return held }
      let made = try make()
      held = made
      isNew = true
      return made
    }
    if isNew { keep(key, byteCount: chunk.bytes.count) }
    return chunk
  }

  private func keep(_ key: Key, byteCount: Int) {
    state.withLock { state in
      state.inflations += 1
      state.order.append((key, byteCount))
      state.byteCount += byteCount
      var evicted = 0
      while state.byteCount > limit, evicted < state.order.count - 1 {
        state.byteCount -= state.order[evicted].byteCount
        state.entries[state.order[evicted].key] = nil
        evicted += 1
      }
      state.order.removeFirst(evicted)
    }
  }

  /// The reader of a tensor's high bands, made unless one is kept.
  func bands(of tensor: String, make: () -> HDF5BandReader) -> HDF5BandReader {
    state.withLock { state in
      if let place = state.bands.firstIndex(where: { $0.tensor == tensor }) {
        state.bands.append(state.bands.remove(at: place))
      } else {
        state.bands.append(make())
        if state.bands.count > Self.bandLimit { state.bands.removeFirst() }
      }
      return state.bands[state.bands.count - 1]
    }
  }
}
