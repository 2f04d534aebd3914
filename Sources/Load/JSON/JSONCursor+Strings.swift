extension JSONCursor {
  /// Reads a string.
  package mutating func string() throws(LoadError) -> String {
    skipSpace()
    let start = position
    let content = try scanString()
    let raw = UnsafeRawBufferPointer(rebasing: bytes[content.range])
    guard content.hasEscapes || content.isNotASCII else {
      return String(decoding: raw, as: UTF8.self)
    }
    let decoded: [UInt8]? = content.hasEscapes ? try unescaped(content.range) : nil
    let text =
      if let decoded {
        String(validating: decoded, as: UTF8.self)
      } else {
        String(validating: raw, as: UTF8.self)
      }
    guard let text else { throw error(source.notUTF8, "holds a string that is not UTF-8", at: start) }
    return text
  }

  /// Passes over a string; its escapes and its UTF-8 are checked all the same.
  mutating func skipString() throws(LoadError) {
    let start = position
    let content = try scanString()
    if content.hasEscapes || content.isNotASCII {
      position = start
      _ = try string()
    }
  }

  private struct StringContent {
    /// Between the quotes.
    var range: Range<Int>
    var hasEscapes: Bool
    var isNotASCII: Bool
  }

  /// Finds the end of the string that starts here, and moves behind it.
  private mutating func scanString() throws(LoadError) -> StringContent {
    guard take(UInt8(ascii: "\"")) else { throw malformed("is not a string here") }
    let start = position
    var hasEscapes = false
    var seen: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      seen |= byte
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return StringContent(
          range: start..<(position - 1), hasEscapes: hasEscapes, isNotASCII: seen >= 0x80)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        // The byte after it is looked at later; here it only must not end the string.
        position += 2
      case 0..<0x20: throw malformed("holds a control character inside a string")
      default: position += 1
      }
    }
    position = bytes.count
    throw malformed("is cut off inside a string")
  }

  /// The text of a string that has escapes.
  private func unescaped(_ range: Range<Int>) throws(LoadError) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        index += 1
        continue
      }
      // The scan made sure that a byte follows within the string.
      let escape = bytes[index + 1]
      if escape == UInt8(ascii: "u") {
        let scalar = try unescapedScalar(at: &index, end: range.upperBound)
        text.append(contentsOf: String(Character(scalar)).utf8)
        continue
      }
      guard let plain = Self.simpleEscapes[escape] else {
        throw error(source.malformed, "holds an unknown escape in a string", at: index)
      }
      text.append(plain)
      index += 2
    }
    return text
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
    UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  /// The scalar of `\uXXXX`, or of a pair of them that are surrogates.
  private func unescapedScalar(
    at index: inout Int, end: Int
  ) throws(LoadError) -> Unicode.Scalar {
    let start = index
    guard let first = hexadecimal(at: index, end: end) else {
      throw error(source.malformed, "holds a \\u escape without four hex digits", at: start)
    }
    index += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, let second = hexadecimal(at: index, end: end),
      (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw error(source.malformed, "holds a lone surrogate in a string", at: start) }
    index += 6
    return scalar
  }

  /// The value of `\uXXXX`, or nil if that is not what stands there.
  private func hexadecimal(at index: Int, end: Int) -> UInt32? {
    guard index + 6 <= end, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var value: UInt32 = 0
    for digit in bytes[(index + 2)..<(index + 6)] {
      guard let nibble = ASCII.hexadecimalValue(of: digit) else { return nil }
      value = value << 4 | UInt32(nibble)
    }
    return value
  }
}
