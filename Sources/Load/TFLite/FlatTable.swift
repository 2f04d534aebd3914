/// A buffer in which tables, vectors and texts lead to each other by offsets: a FlatBuffer.
///
/// - Source: flatbuffers.dev, "FlatBuffer Internals".
struct FlatBuffer {
  let bytes: UnsafeRawBufferPointer
  let file: String
  private let budget: Budget

  /// What lists may have together: offsets may lead to the same one without end.
  private final class Budget {
    var rest: Int

    init(_ count: Int) { rest = count }
  }

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    (self.bytes, self.file) = (bytes, file)
    budget = Budget(2 * bytes.count + 1 << 16)
  }

  /// - Throws: `.offsetsOverlap` when lists have more than twice the bytes of the file.
  func spend(_ count: Int, at offset: Int) throws(LoadError) {
    budget.rest -= count
    guard budget.rest >= 0 else {
      throw LoadError(
        .offsetsOverlap, "uses its bytes more than twice", file: file,
        offset: UInt64(exactly: offset))
    }
  }

  /// The table that the first offset leads to.
  func root() throws(LoadError) -> FlatTable {
    try FlatTable(self, at: Int(try number(at: 0, UInt32.self)))
  }

  func number<Number: FixedWidthInteger>(
    at offset: Int, _ type: Number.Type
  ) throws(LoadError) -> Number {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Number>.size else {
      throw problem("leads beyond the end of the file", at: offset)
    }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// Where an offset at a place leads.
  func target(at place: Int) throws(LoadError) -> Int {
    place + Int(try number(at: place, UInt32.self))
  }

  func problem(_ message: String, at offset: Int) -> LoadError {
    LoadError(
      .headerMalformed, message, file: file, offset: UInt64(exactly: max(0, offset)))
  }
}

/// A table: numbers, and offsets of what is larger, by the numbers of their fields.
struct FlatTable {
  let buffer: FlatBuffer
  let position: Int
  /// Where the offsets of the fields are, and how many.
  private let fields: Int
  private let fieldCount: Int

  init(_ buffer: FlatBuffer, at position: Int) throws(LoadError) {
    self.buffer = buffer
    self.position = position
    let vtable = position - Int(try buffer.number(at: position, Int32.self))
    let size = Int(try buffer.number(at: vtable, UInt16.self))
    guard size >= 4, vtable <= buffer.bytes.count - size else {
      throw buffer.problem("has a table whose fields cannot be", at: position)
    }
    (fields, fieldCount) = (vtable + 4, size / 2 - 2)
  }

  /// Where a field is; nil for one that has its default value.
  private func place(_ field: Int) throws(LoadError) -> Int? {
    guard field < fieldCount else { return nil }
    let offset = try buffer.number(at: fields + 2 * field, UInt16.self)
    return offset == 0 ? nil : position + Int(offset)
  }

  func number<Number: FixedWidthInteger>(
    _ field: Int, or value: Number
  ) throws(LoadError) -> Number {
    guard let place = try place(field) else { return value }
    return try buffer.number(at: place, Number.self)
  }

  func table(_ field: Int) throws(LoadError) -> FlatTable? {
    guard let place = try place(field) else { return nil }
    return try FlatTable(buffer, at: try buffer.target(at: place))
  }

  /// The elements of a vector: their bytes in the file.
  ///
  /// - Parameter width: bytes of an element.
  func vector(_ field: Int, width: Int) throws(LoadError) -> Range<Int>? {
    guard let place = try place(field) else { return nil }
    let start = try buffer.target(at: place)
    let count = Int(try buffer.number(at: start, UInt32.self))
    guard count * width <= buffer.bytes.count - start - 4 else {
      throw buffer.problem(
        "has a list of \(count), which ends beyond the end of the file", at: start)
    }
    try buffer.spend(count * width, at: start)
    return start + 4..<start + 4 + count * width
  }

  /// Numbers of a short vector.
  func numbers<Number: FixedWidthInteger>(
    _ field: Int, _ type: Number.Type, atMost limit: Int
  ) throws(LoadError) -> [Int] {
    let width = MemoryLayout<Number>.size
    guard let range = try vector(field, width: width) else { return [] }
    guard range.count / width <= limit else {
      throw buffer.problem("has a list of \(range.count / width)", at: range.lowerBound)
    }
    var numbers: [Int] = []
    for place in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      numbers.append(Int(clamping: try buffer.number(at: place, Number.self)))
    }
    return numbers
  }

  /// The tables of a vector of them.
  func tables(_ field: Int, atMost limit: Int) throws(LoadError) -> [FlatTable] {
    guard let range = try vector(field, width: 4) else { return [] }
    guard range.count / 4 <= limit else {
      throw LoadError(
        .limitExceeded, "has a list of \(range.count / 4); at most \(limit) are read",
        file: buffer.file, offset: UInt64(range.lowerBound))
    }
    var tables: [FlatTable] = []
    for place in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      tables.append(try FlatTable(buffer, at: try buffer.target(at: place)))
    }
    return tables
  }

  func text(_ field: Int, limits: LoadLimits) throws(LoadError) -> String {
    guard let range = try vector(field, width: 1) else { return "" }
    guard range.count <= limits.nameByteCount else {
      throw LoadError(
        .limitExceeded,
        "a name has \(range.count) bytes; at most \(limits.nameByteCount) are read",
        file: buffer.file, offset: UInt64(range.lowerBound))
    }
    guard let text = String(validating: buffer.bytes[range], as: UTF8.self) else {
      throw LoadError(
        .headerNotUTF8, "a name is not UTF-8", file: buffer.file, offset: UInt64(range.lowerBound))
    }
    return text
  }
}
