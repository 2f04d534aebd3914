/// Reads a JSON text from front to back, one value at a time, without holding a tree of it.
///
///     try cursor.members { key, cursor throws(LoadError) in
///       switch key {
///       case "vocab": try readVocabulary(&cursor)
///       default: try cursor.skip()
///       }
///     }
///     try cursor.end()
///
/// Strict (RFC 8259): UTF-8 only, no lone surrogates, no duplicate keys in objects read with
/// `members`, nothing after the value, bounded nesting. Every error carries its byte offset.
package struct JSONCursor: ~Copyable {
  let bytes: UnsafeRawBufferPointer
  let source: JSONSource
  let limits: LoadLimits
  /// The next byte to read.
  var position = 0
  var depth = 0

  /// Starts before the first value; `bytes` must stay valid as long as the cursor.
  package init(
    _ bytes: UnsafeRawBufferPointer, source: JSONSource, limits: LoadLimits = .standard
  ) {
    self.bytes = bytes
    self.source = source
    self.limits = limits
  }

  /// Offset in the file of the next byte.
  package var offset: UInt64 { source.baseOffset + UInt64(position) }

  /// What the next value is, judged by its first character.
  package enum Kind: Sendable { case null, bool, number, string, array, object }

  /// The kind of the next value, which stays unread.
  package mutating func kind() throws(LoadError) -> Kind {
    skipSpace()
    guard let byte = peek() else { throw malformed("ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      if source.allowsPythonNumbers { return .number }
      throw malformed("is not a JSON value")
    default: throw malformed("is not a JSON value")
    }
  }

  /// Calls `body` for each member of an object. A member that `body` does not read is skipped.
  package mutating func members(
    _ body: (String, inout JSONCursor) throws(LoadError) -> Void
  ) throws(LoadError) {
    try open(UInt8(ascii: "{"), "an object")
    var keys = ByteStringSet()
    if !closes(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        let start = position
        guard peek() == UInt8(ascii: "\"") else { throw malformed("has no key in quotes here") }
        let key = try string()
        guard keys.insert(key) else {
          throw error(.duplicateKey, "has the key \(quoted(key)) twice", at: start)
        }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw malformed("lacks a ':' after a key") }
        try readOrSkip { (cursor) throws(LoadError) in try body(key, &cursor) }
      } while try continues(before: UInt8(ascii: "}"))
    }
    depth -= 1
  }

  /// Calls `body` for each element of an array. An element that `body` does not read is skipped.
  package mutating func elements(
    _ body: (inout JSONCursor) throws(LoadError) -> Void
  ) throws(LoadError) {
    try open(UInt8(ascii: "["), "an array")
    if !closes(UInt8(ascii: "]")) {
      repeat { try readOrSkip(body) } while try continues(before: UInt8(ascii: "]"))
    }
    depth -= 1
  }

  /// Passes over the next value. Its syntax and its text are checked, its keys not for duplicates.
  package mutating func skip() throws(LoadError) {
    switch try kind() {
    case .null: try null()
    case .bool: _ = try bool()
    case .number: _ = try numberToken()
    case .string: try skipString()
    case .array: try elements { (cursor) throws(LoadError) in try cursor.skip() }
    case .object:
      try open(UInt8(ascii: "{"), "an object")
      if !closes(UInt8(ascii: "}")) {
        repeat {
          skipSpace()
          try skipString()
          skipSpace()
          guard take(UInt8(ascii: ":")) else { throw malformed("lacks a ':' after a key") }
          try skip()
        } while try continues(before: UInt8(ascii: "}"))
      }
      depth -= 1
    }
  }

  /// Reads `null`.
  package mutating func null() throws(LoadError) {
    skipSpace()
    guard takeWord("null") else { throw malformed("is not null here") }
  }

  /// Reads `true` or `false`.
  package mutating func bool() throws(LoadError) -> Bool {
    skipSpace()
    if takeWord("true") { return true }
    if takeWord("false") { return false }
    throw malformed("is not true or false here")
  }

  /// Makes sure that nothing but white space is left.
  package mutating func end() throws(LoadError) {
    skipSpace()
    if position < bytes.count { throw malformed("goes on after the end of the JSON value") }
  }

  private mutating func readOrSkip(
    _ body: (inout JSONCursor) throws(LoadError) -> Void
  ) throws(LoadError) {
    skipSpace()
    let start = position
    try body(&self)
    if position == start { try skip() }
  }

  private mutating func open(_ bracket: UInt8, _ name: String) throws(LoadError) {
    skipSpace()
    guard peek() == bracket else { throw malformed("is not \(name) here") }
    guard depth < limits.jsonDepth else {
      throw error(.nestingTooDeep, "is nested deeper than \(limits.jsonDepth) levels", at: position)
    }
    position += 1
    depth += 1
  }

  /// Whether an array or object that was just opened is empty; if so, it is closed.
  private mutating func closes(_ bracket: UInt8) -> Bool {
    skipSpace()
    return take(bracket)
  }

  /// After an element: true for a comma, false for the closing bracket.
  private mutating func continues(before bracket: UInt8) throws(LoadError) -> Bool {
    skipSpace()
    if take(UInt8(ascii: ",")) { return true }
    if take(bracket) { return false }
    throw malformed(position < bytes.count ? "lacks a comma or a closing bracket" : "is cut off")
  }
}

// MARK: - Bytes and errors

extension JSONCursor {
  func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  mutating func takeWord(_ word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for index in 0..<word.utf8CodeUnitCount
    where bytes[position + index] != word.utf8Start[index] {
      return false
    }
    position = end
    return true
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  func malformed(_ message: String) -> LoadError {
    error(source.malformed, message, at: position)
  }

  func error(_ code: LoadError.Code, _ message: String, at position: Int) -> LoadError {
    LoadError(
      code, "the JSON text " + message, file: source.file,
      offset: source.baseOffset + UInt64(position))
  }

  /// A string of the file as it may stand in a message: short, and on one line.
  func quoted(_ text: String) -> String { LoadError.quote(text) }
}
