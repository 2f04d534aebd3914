/// GPT-2's table of a printable letter for each byte: what is printable in Latin-1 stands for
/// itself, the others, in order, for the letters from U+0100 on (a space is `Ġ`).
enum ByteLetters {
  /// The bytes a token spells, or nil if it has a character that is none of the letters.
  static func bytes(of token: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(token.utf8.count)
    for scalar in token.unicodeScalars {
      guard scalar.value < table.count, let byte = table[Int(scalar.value)] else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  static func isPrintable(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
  }

  /// The byte of each letter, by its code point.
  private static let table: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 0x100 + 68)
    var next = 0x100
    for byte in UInt8.min...UInt8.max {
      if isPrintable(byte) {
        table[Int(byte)] = byte
      } else {
        table[next] = byte
        next += 1
      }
    }
    return table
  }()
}
