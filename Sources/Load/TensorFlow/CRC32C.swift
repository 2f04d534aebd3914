/// The checksum of LevelDB's tables and of TensorFlow's tensors: CRC-32 with Castagnoli's polynomial, masked.
struct CRC32C {
  private var state = UInt32.max

  /// What a byte does, and what it does with so many bytes behind it: `[8, 256]`.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { value, _ in
        value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0)
      }
    }
    for place in 256..<2048 {
      let before = tables[place - 256]
      tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
    }
    return tables
  }()

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    Self.tables.withUnsafeBufferPointer { tables in
      var place = 0
      // Eight bytes at a time, each through the table of how many come behind it.
      while bytes.count - place >= 8 {
        let word = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        let mixed = word ^ UInt64(state)
        state = 0
        for byte in 0..<8 {
          state ^= tables[(7 - byte) << 8 | Int(mixed >> UInt64(8 * byte) & 0xFF)]
        }
        place += 8
      }
      for byte in bytes[place...] {
        state = tables[Int((state ^ UInt32(byte)) & 0xFF)] ^ state >> 8
      }
    }
    self.state = state
  }

  var value: UInt32 { ~state }

  /// As it is stored: rotated and shifted, so that a checksum of a text with checksums is none of them.
  var masked: UInt32 { (value >> 15 | value << 17) &+ 0xA282_EAD8 }

  static func value(_ bytes: UnsafeRawBufferPointer) -> UInt32 { of(bytes).value }

  static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 { of(bytes).masked }

  private static func of(_ bytes: UnsafeRawBufferPointer) -> CRC32C {
    var sum = CRC32C()
    sum.add(bytes)
    return sum
  }
}
