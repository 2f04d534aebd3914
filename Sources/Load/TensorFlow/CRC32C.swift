/// The checksum of LevelDB's tables: CRC-32 with Castagnoli's polynomial, masked.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
  }

  static func value(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }

  /// As it is stored: rotated and shifted, so that a checksum of a text with checksums is none of them.
  static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let value = value(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
