/// A set of byte strings, for finding duplicates among many short ones without an allocation each.
///
/// Two strings are equal when their bytes are. `String` would also call `é` and `e` + accent equal,
/// and tokenizers and tensor names rightly hold both. Hashing is seeded per process, so crafted
/// keys cannot make it slow.
struct ByteStringSet {
  /// All members' bytes, one after the other.
  private var bytes: [UInt8] = []
  private var members: [Member] = []
  /// Open addressing: member number + 1, or 0 for a free slot. Empty while there are few members.
  private var table: [UInt32] = []

  private struct Member {
    var range: Range<Int>
    var hash: Int
  }

  private static let linearCount = 8

  var count: Int { members.count }

  /// Adds a string; false if it was there already.
  mutating func insert(_ string: String) -> Bool {
    var string = string
    return string.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a string; false if it was there already.
  mutating func insert(_ candidate: [UInt8]) -> Bool {
    candidate.withUnsafeBytes { insert($0) }
  }

  /// Adds a string; false if it was there already.
  mutating func insert(_ candidate: UnsafeRawBufferPointer) -> Bool {
    var hasher = Hasher()
    hasher.combine(bytes: candidate)
    let hash = hasher.finalize()
    if members.count < Self.linearCount {
      for member in members where isEqual(member, candidate, hash) { return false }
      append(candidate, hash)
      return true
    }
    if table.count < 2 * (members.count + 1) { growTable() }
    var slot = hash & (table.count - 1)
    while table[slot] != 0 {
      if isEqual(members[Int(table[slot]) - 1], candidate, hash) { return false }
      slot = (slot + 1) & (table.count - 1)
    }
    append(candidate, hash)
    table[slot] = UInt32(members.count)
    return true
  }

  private mutating func append(_ candidate: UnsafeRawBufferPointer, _ hash: Int) {
    members.append(Member(range: bytes.count..<(bytes.count + candidate.count), hash: hash))
    bytes.append(contentsOf: candidate)
  }

  private func isEqual(_ member: Member, _ candidate: UnsafeRawBufferPointer, _ hash: Int) -> Bool {
    member.hash == hash && member.range.count == candidate.count
      && bytes[member.range].elementsEqual(candidate)
  }

  private mutating func growTable() {
    table = [UInt32](repeating: 0, count: max(32, table.count * 2))
    for (number, member) in members.enumerated() {
      var slot = member.hash & (table.count - 1)
      while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = UInt32(number + 1)
    }
  }
}
