import Load

/// A JSON object of a corpus's files that has no other keys than those it may have.
struct StrictObject {
  let value: JSONValue
  let what: String
  let path: String

  init(
    _ value: JSONValue, _ what: String, known: Set<String>, _ path: String
  ) throws(LoadError) {
    self.value = value
    self.what = what
    self.path = path
    guard case .object(let members) = value else { throw malformed("is not a JSON object") }
    if let unknown = members.first(where: { !known.contains($0.key) }) {
      throw malformed("has the unknown key \(LoadError.quote(unknown.key))")
    }
  }

  subscript(key: String) -> JSONValue? { value[key] }

  /// A string, or nil where there is none.
  func string(_ key: String) throws(LoadError) -> String? {
    guard let value = value[key] else { return nil }
    guard let text = value.string else { throw malformed("has a \(key) that is not a string") }
    return text
  }

  /// A list of names, empty where there is none.
  func names(_ key: String) throws(LoadError) -> [String] {
    guard let value = value[key] else { return [] }
    let names = value.array?.compactMap(\.string)
    guard let names, names.count == value.array?.count else {
      throw malformed("has \(key) that are no list of names")
    }
    return names
  }

  /// Whether something is so, or nil where nothing is said.
  func flag(_ key: String) throws(LoadError) -> Bool? {
    guard let value = value[key] else { return nil }
    guard case .bool(let flag) = value else {
      throw malformed("has an \(key) that is neither true nor false")
    }
    return flag
  }

  func malformed(_ problem: String) -> LoadError {
    LoadError(.metadataMalformed, "\(what) \(problem)", file: path)
  }
}

extension StrictObject {
  /// Parses a file that is read as a whole.
  ///
  /// - Parameter limit: bytes that it may have.
  static func document(
    at path: String, _ what: String, upTo limit: Int
  ) throws(LoadError) -> JSONValue {
    let file = try MappedFile(path: path)
    guard file.byteCount <= limit else {
      throw LoadError(
        .limitExceeded, "\(what) has \(file.byteCount) bytes; at most \(limit) are read",
        file: path)
    }
    return try file.withBytes(in: 0..<file.byteCount, tensor: nil) { (bytes) throws(LoadError) in
      try JSONReader.parse(bytes, source: JSONSource(file: path))
    }
  }

  /// A document of one list and the version of its schema.
  ///
  /// - Parameter others: keys that it may have beside these.
  static func list(
    _ key: String, of root: JSONValue, _ what: String, schema: Int, others: Set<String> = [],
    _ path: String
  ) throws(LoadError) -> (StrictObject, [JSONValue]) {
    guard root["schema"]?.integer == schema else {
      throw LoadError(
        .metadataMalformed, "\(what) does not have the schema \(schema)", file: path)
    }
    let object = try StrictObject(root, what, known: others.union(["schema", key]), path)
    guard let elements = object[key]?.array else {
      throw object.malformed("has no list of \(key)")
    }
    return (object, elements)
  }
}
