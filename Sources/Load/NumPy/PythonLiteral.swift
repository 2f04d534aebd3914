/// The Python dictionary in the header of an array: texts, flags, and tuples of whole numbers; of a
/// list, which is the type of records, no more than that it is one.
struct PythonLiteral {
  enum Value: Equatable {
    case text(String)
    case flag(Bool)
    case integers([Int])
    case records
  }

  private let bytes: UnsafeRawBufferPointer
  private let path: String
  /// Of the first byte, in the file.
  private let offset: Int
  private var position = 0

  /// Members that a header has, and axes that can be.
  private static let mostMembers = 16
  private static let mostIntegers = 64

  init(_ bytes: UnsafeRawBufferPointer, path: String, offset: Int) {
    self.bytes = bytes
    self.path = path
    self.offset = offset
  }

  /// - Throws: `.headerMalformed`, `.duplicateKey`.
  mutating func dictionary() throws(LoadError) -> [String: Value] {
    var members: [String: Value] = [:]
    try expect("{")
    while !take("}") {
      let key = try text()
      try expect(":")
      guard members.updateValue(try value(), forKey: key) == nil else {
        throw problem(.duplicateKey, "the header says \(LoadError.quote(key)) twice")
      }
      guard members.count <= Self.mostMembers else {
        throw problem(.headerMalformed, "the header has too many members")
      }
      if take(",") { continue }
      try expect("}")
      break
    }
    skipSpace()
    guard position == bytes.count else {
      throw problem(.headerMalformed, "the header goes on behind its dictionary")
    }
    return members
  }

  private mutating func value() throws(LoadError) -> Value {
    switch next {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "("): return .integers(try integers())
    case UInt8(ascii: "["):
      try skipList()
      return .records
    default:
      if takeWord("True") { return .flag(true) }
      if takeWord("False") { return .flag(false) }
      throw malformed
    }
  }

  private mutating func text() throws(LoadError) -> String {
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw malformed
    }
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote {
      // No member of a header is spelled with escapes.
      guard bytes[position] != UInt8(ascii: "\\") else { throw malformed }
      position += 1
    }
    guard position < bytes.count else { throw malformed }
    defer { position += 1 }
    return String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
  }

  /// `(3, 4)`, `(3,)`, `()`; Python 2 wrote `(3L,)`.
  private mutating func integers() throws(LoadError) -> [Int] {
    var found: [Int] = []
    try expect("(")
    while !take(")") {
      skipSpace()
      let start = position
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
      let digits = String(
        decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
      guard let number = Int(digits), found.count < Self.mostIntegers else { throw malformed }
      found.append(number)
      _ = take("L")
      if take(",") { continue }
      try expect(")")
      break
    }
    return found
  }

  /// Passes over a list, whatever is in it.
  private mutating func skipList() throws(LoadError) {
    var depth = 0
    repeat {
      guard let byte = next else { throw malformed }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        _ = try text()
        continue
      default: break
      }
      position += 1
    } while depth > 0
  }

  // MARK: Bytes

  private var next: UInt8? {
    mutating get {
      skipSpace()
      return position < bytes.count ? bytes[position] : nil
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func take(_ letter: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: letter) else { return false }
    position += 1
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    skipSpace()
    guard bytes.has(word.utf8, at: position) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ letter: Unicode.Scalar) throws(LoadError) {
    guard take(letter) else { throw malformed }
  }

  private var malformed: LoadError {
    problem(.headerMalformed, "the header is not that of an array")
  }

  private func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
    LoadError(code, message, file: path, offset: UInt64(exactly: offset + position))
  }
}
