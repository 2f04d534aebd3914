/// Where a pickle is, for errors.
struct PickleSource {
  /// The path of the file.
  var file: String
  /// What the pickle is called in an archive; nil for a file by itself.
  var member: String?
  /// Where the pickle's bytes start in the file; nil where they are compressed in it.
  var offset: Int? = 0
}

extension PickleMachine {
  func error(
    _ message: String, _ code: LoadError.Code = .headerMalformed, at place: Int
  ) -> LoadError {
    LoadError(
      code, source.member.map { "in \(LoadError.quote($0)), \(message)" } ?? message,
      file: source.file, offset: source.offset.flatMap { UInt64(exactly: $0 + place) })
  }

  mutating func byte() throws(LoadError) -> UInt8 {
    guard position < heap.bytes.count else { throw cutShort }
    defer { position += 1 }
    return heap.bytes[position]
  }

  private var cutShort: LoadError {
    error("the pickle ends before its STOP: it is cut short", .truncated, at: position)
  }

  /// The next so many bytes.
  private mutating func take(_ count: Int) throws(LoadError) -> Range<Int> {
    guard count <= heap.bytes.count - position else { throw cutShort }
    defer { position += count }
    return position..<position + count
  }

  /// A number of bytes, little-endian and without sign.
  mutating func count(bytes width: Int, at start: Int) throws(LoadError) -> Int {
    let number = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(heap.bytes[$1]) }
    guard let count = Int(exactly: number) else {
      throw error("the pickle claims \(number) bytes", at: start)
    }
    return count
  }

  /// The bytes up to the end of a line, which is left out.
  mutating func line(at start: Int) throws(LoadError) -> Range<Int> {
    guard let end = heap.bytes[position...].firstIndex(of: 0x0A) else { throw cutShort }
    defer { position = end + 1 }
    return position..<end
  }

  mutating func lineNumber(at start: Int) throws(LoadError) -> Int {
    let line = try line(at: start)
    guard line.count <= 20, let number = Int(ascii(line)), number >= 0 else {
      throw error("the pickle has a line that is no number", at: start)
    }
    return number
  }

  private func ascii(_ range: Range<Int>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: heap.bytes[range]), as: UTF8.self)
  }

  // MARK: Numbers

  mutating func number(_ opcode: PickleOpcode, at start: Int) throws(LoadError) -> PickleValue {
    switch opcode {
    case .newTrue: return .bool(true)
    case .newFalse: return .bool(false)
    case .binInt1: return .integer(try count(bytes: 1, at: start))
    case .binInt2: return .integer(try count(bytes: 2, at: start))
    case .binInt:
      return .integer(Int(Int32(truncatingIfNeeded: try count(bytes: 4, at: start))))
    case .long1, .long4:
      let width = opcode == .long1 ? 1 : 4
      let length = try count(bytes: width, at: start)
      return whole(try take(length))
    case .binFloat:
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64(heap.bytes[$1]) }
      return .real(Double(bitPattern: bits))
    case .int, .long:
      let line = try line(at: start)
      // Numbers of any length are allowed; none that matters is long.
      guard line.count <= 24 else { return .opaque }
      let digits = ascii(line)
      if opcode == .int, digits == "01" || digits == "00" { return .bool(digits == "01") }
      return Int(digits.hasSuffix("L") ? String(digits.dropLast()) : digits).map {
        .integer($0)
      } ?? .opaque
    case .float:
      let line = try line(at: start)
      return line.count <= 64 ? Double(ascii(line)).map { .real($0) } ?? .opaque : .opaque
    default: return .none
    }
  }

  /// A whole number in two's complement, little-endian, of any length.
  private func whole(_ range: Range<Int>) -> PickleValue {
    guard range.count <= 8 else { return .opaque }
    guard let last = range.last else { return .integer(0) }
    var number: Int = heap.bytes[last] >= 0x80 ? -1 : 0
    for place in range.reversed() { number = number << 8 | Int(heap.bytes[place]) }
    return .integer(number)
  }

  // MARK: Texts

  mutating func text(_ opcode: PickleOpcode, at start: Int) throws(LoadError) -> PickleValue {
    switch opcode {
    case .string, .unicode:
      let line = try line(at: start)
      guard heap.bytes[line].contains(0x5C) || opcode == .string else { return .text(line) }
      heap.spelled.append(opcode == .string ? unquoted(ascii(line)) : unescaped(ascii(line)))
      return .spelled(heap.spelled.count - 1)
    case .shortBinString, .shortBinUnicode: return .text(try take(try count(bytes: 1, at: start)))
    case .binString, .binUnicode: return .text(try take(try count(bytes: 4, at: start)))
    case .binUnicode8: return .text(try take(try count(bytes: 8, at: start)))
    case .shortBinBytes: return .bytes(try take(try count(bytes: 1, at: start)))
    case .binBytes: return .bytes(try take(try count(bytes: 4, at: start)))
    default: return .bytes(try take(try count(bytes: 8, at: start)))
    }
  }

  /// The text of a Python literal: `'a\n'`.
  private func unquoted(_ literal: String) -> String {
    let text = Substring(literal).drop { $0 == " " }
    guard text.count >= 2, let quote = text.first, quote == "'" || quote == "\"",
      text.last == quote
    else { return unescaped(literal) }
    return unescaped(String(text.dropFirst().dropLast()))
  }

  /// Undoes escapes: `\n`, `\x41`, and the four and eight digits of `u` and `U`.
  private func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let kind = rest.popFirst() else {
        result.append(scalar)
        continue
      }
      let digits = ["x": 2, "u": 4, "U": 8][kind] ?? 0
      let code = UInt32(String(String.UnicodeScalarView(rest.prefix(digits))), radix: 16)
      if digits > 0, let code {
        rest = rest.dropFirst(digits)
        result.append(Unicode.Scalar(code) ?? "\u{FFFD}")
      } else {
        result.append(["n": "\n", "t": "\t", "r": "\r"][kind] ?? kind)
      }
    }
    return String(result)
  }
}
