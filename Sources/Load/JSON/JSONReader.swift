/// Reads whole JSON documents into memory, within limits. For documents of which only a part is
/// wanted there is `JSONCursor`.
package enum JSONReader {
  /// The document as a tree.
  ///
  /// - Throws: `LoadError` with the byte offset for anything that is not strict JSON, for duplicate
  ///   keys, and for more nesting or more values than the limits allow.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, source: JSONSource = JSONSource(),
    limits: LoadLimits = .standard
  ) throws(LoadError) -> JSONValue {
    var cursor = JSONCursor(bytes, source: source, limits: limits)
    let value = try cursor.value()
    try cursor.end()
    return value
  }

  /// The document as a tree.
  package static func parse(
    _ bytes: [UInt8], source: JSONSource = JSONSource(), limits: LoadLimits = .standard
  ) throws(LoadError) -> JSONValue {
    // withUnsafeBytes forgets which type of error its body throws; Result keeps it.
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(LoadError) in try parse(buffer, source: source, limits: limits) }
    }
    return try result.get()
  }
}

extension JSONCursor {
  /// Reads the next value as a tree.
  package mutating func value() throws(LoadError) -> JSONValue {
    var remaining = limits.jsonValueCount
    return try value(remaining: &remaining)
  }

  private mutating func value(remaining: inout Int) throws(LoadError) -> JSONValue {
    guard remaining > 0 else {
      throw error(
        .limitExceeded, "holds more than \(limits.jsonValueCount) values", at: position)
    }
    remaining -= 1
    switch try kind() {
    case .null:
      try null()
      return .null
    case .bool: return .bool(try bool())
    case .string: return .string(try string())
    case .number:
      switch try numberToken() {
      case .integer(let value): return .integer(value)
      case .number(let value): return .number(value)
      }
    case .array:
      var elements: [JSONValue] = []
      try self.elements { (cursor) throws(LoadError) in
        elements.append(try cursor.value(remaining: &remaining))
      }
      return .array(elements)
    case .object:
      var members: [(key: String, value: JSONValue)] = []
      try self.members { (key, cursor) throws(LoadError) in
        members.append((key, try cursor.value(remaining: &remaining)))
      }
      return .object(members)
    }
  }
}
