import Synchronization

/// What all files of a run have in memory together, the least recently used of which goes first.
final class PieceMemory: Sendable {
  private struct Entry {
    var bytes: [UInt8]
    var lastUse: UInt64
    var wasRead = false
  }

  private struct Key: Hashable {
    var file: ObjectIdentifier
    var piece: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var clock: UInt64 = 0
    var byteCount = 0
    /// Of pieces that nobody has read.
    var unread = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  init(capacity: Int) { self.capacity = capacity }

  var isFull: Bool { state.withLock { $0.unread > capacity / 2 } }

  func has(_ file: ObjectIdentifier, _ piece: Int) -> Bool {
    state.withLock { $0.entries[Key(file: file, piece: piece)] != nil }
  }

  func put(_ file: ObjectIdentifier, _ piece: Int, _ bytes: UnsafeRawBufferPointer) {
    let bytes = [UInt8](bytes)
    state.withLock { state in
      let key = Key(file: file, piece: piece)
      guard state.entries[key] == nil else { return }
      state.clock += 1
      state.entries[key] = Entry(bytes: bytes, lastUse: state.clock)
      state.byteCount += bytes.count
      state.unread += bytes.count
      while state.byteCount > capacity, state.entries.count > 1,
        let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.entries[oldest.key] = nil
        state.byteCount -= oldest.value.bytes.count
        if !oldest.value.wasRead { state.unread -= oldest.value.bytes.count }
      }
    }
  }

  func bytes(_ file: ObjectIdentifier, _ piece: Int) -> [UInt8]? {
    state.withLock { state in
      let key = Key(file: file, piece: piece)
      guard var entry = state.entries[key] else { return nil }
      state.clock += 1
      entry.lastUse = state.clock
      if !entry.wasRead { state.unread -= entry.bytes.count }
      entry.wasRead = true
      state.entries[key] = entry
      return entry.bytes
    }
  }

  func remove(_ file: ObjectIdentifier) {
    state.withLock { state in
      for (key, entry) in state.entries where key.file == file {
        state.entries[key] = nil
        state.byteCount -= entry.bytes.count
        if !entry.wasRead { state.unread -= entry.bytes.count }
      }
    }
  }
}

/// Pieces of one file in memory, for models that are read once from end to end: of them nothing is
/// kept.
final class MemoryPieces: PieceStore {
  let pieceSize = 1 << 20
  let mostAhead = 3
  private let memory: PieceMemory

  init(_ memory: PieceMemory) { self.memory = memory }

  deinit { memory.remove(ObjectIdentifier(self)) }

  var isFull: Bool { memory.isFull }

  func has(_ piece: Int) -> Bool { memory.has(ObjectIdentifier(self), piece) }

  func put(_ piece: Int, _ bytes: UnsafeRawBufferPointer) {
    memory.put(ObjectIdentifier(self), piece, bytes)
  }

  func markRead(_ piece: Int) { _ = memory.bytes(ObjectIdentifier(self), piece) }

  func copy(
    _ piece: Int, count: Int, from offset: Int, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let bytes = memory.bytes(ObjectIdentifier(self), piece),
      bytes.count == count, offset + target.count <= count
    else { return false }
    bytes.withUnsafeBytes { bytes in
      target.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + target.count]))
    }
    return true
  }
}
