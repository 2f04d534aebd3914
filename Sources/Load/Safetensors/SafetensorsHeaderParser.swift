/// Reads the JSON of a safetensors header.
///
/// What each tensor says is checked here, how the tensors lie in the file by `SafetensorsHeader`.
struct SafetensorsHeaderParser {
  let source: JSONSource
  let limits: LoadLimits
  private(set) var strings: [String: String] = [:]
  private(set) var entries: [SafetensorsHeader.Entry] = []

  init(source: JSONSource, limits: LoadLimits) {
    self.source = source
    self.limits = limits
  }

  mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(LoadError) {
    guard bytes.first == UInt8(ascii: "{") else {
      throw LoadError(
        .headerMalformed, "the header does not start with '{'", file: source.file,
        offset: source.baseOffset)
    }
    var cursor = JSONCursor(bytes, source: source, limits: limits)
    var strings: [String: String] = [:]
    var entries: [SafetensorsHeader.Entry] = []
    try cursor.members { (name, cursor) throws(LoadError) in
      if name == "__metadata__" {
        // MLX writes this where there is nothing to say.
        guard try cursor.kind() != .null else { return try cursor.null() }
        try cursor.members { (key, cursor) throws(LoadError) in
          do throws(LoadError) {
            strings[key] = try cursor.string()
          } catch {
            throw LoadError(
              error.code,
              "in __metadata__, \(LoadError.quote(key)) is not a string: \(error.message)",
              file: error.file, offset: error.offset)
          }
        }
      } else {
        guard entries.count < limits.tensorCount else {
          throw LoadError(
            .tooManyTensors, "there are more than \(limits.tensorCount) tensors",
            file: source.file, offset: cursor.offset)
        }
        entries.append(try entry(name, &cursor))
      }
    }
    try cursor.end()
    self.strings = strings
    self.entries = entries
  }

  private func entry(
    _ name: String, _ cursor: inout JSONCursor
  ) throws(LoadError) -> SafetensorsHeader.Entry {
    let start = cursor.offset
    guard name.utf8.count <= limits.nameByteCount else {
      throw LoadError(
        .limitExceeded,
        "a tensor's name has \(name.utf8.count) bytes; at most "
          + "\(limits.nameByteCount) are read", file: source.file, offset: start,
        tensor: String(name.prefix(80)))
    }
    var fields = Fields()
    do {
      // Other members are passed over, as the reference implementation does.
      try cursor.members { (key, cursor) throws(LoadError) in
        switch key {
        case "dtype": fields.typeName = try cursor.string()
        case "shape": fields.shape = try integers(&cursor, atMost: limits.rank, "axes")
        case "data_offsets": fields.offsets = try integers(&cursor, atMost: 2, "offsets")
        default: break
        }
      }
    } catch {
      var error = error
      error.tensor = name
      throw error
    }
    do {
      return try fields.entry(name, headerOffset: start)
    } catch {
      throw LoadError(
        error.code, error.message, file: source.file, offset: start, tensor: name)
    }
  }

  private func integers(
    _ cursor: inout JSONCursor, atMost count: Int, _ noun: String
  ) throws(LoadError) -> [Int] {
    var values: [Int] = []
    try cursor.elements { (cursor) throws(LoadError) in
      guard values.count < count else {
        throw LoadError(
          noun == "axes" ? .limitExceeded : .headerMalformed, "has more than \(count) \(noun)",
          file: source.file, offset: cursor.offset)
      }
      let offset = cursor.offset
      let value = try cursor.integer()
      guard value >= 0 else {
        throw LoadError(
          .headerMalformed, "has \(value) among its \(noun)", file: source.file, offset: offset)
      }
      values.append(value)
    }
    return values
  }

  /// What a tensor's JSON object says.
  private struct Fields {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?

    func entry(
      _ name: String, headerOffset: UInt64
    ) throws(LoadError) -> SafetensorsHeader.Entry {
      guard let typeName else { throw LoadError(.headerMalformed, "has no dtype") }
      guard let shape else { throw LoadError(.headerMalformed, "has no shape") }
      guard let offsets, offsets.count == 2 else {
        throw LoadError(.headerMalformed, "has no data_offsets of two numbers")
      }
      guard let type = ElementType(rawValue: typeName) else {
        throw LoadError(
          .unknownElementType, "has the dtype \(LoadError.quote(typeName)), which is not known")
      }
      guard offsets[0] <= offsets[1] else {
        throw LoadError(
          .offsetsOutOfRange,
          "ends at byte \(offsets[1]) of the data, before it starts at "
            + "\(offsets[0])")
      }
      let byteCount = try Self.byteCount(of: shape, type)
      guard byteCount == offsets[1] - offsets[0] else {
        throw LoadError(
          .sizeMismatch,
          "needs \(byteCount) bytes for \(type.rawValue) \(shape); its data_offsets "
            + "span \(offsets[1] - offsets[0])")
      }
      return SafetensorsHeader.Entry(
        name: name, elementType: type, shape: shape, dataRange: offsets[0]..<offsets[1],
        headerOffset: headerOffset)
    }

    private static func byteCount(
      of shape: [Int], _ type: ElementType
    ) throws(LoadError) -> Int {
      // In whatever order the axes are multiplied: [huge, huge, 0] overflows although it is empty.
      var bits = type.bitWidth
      for extent in shape {
        let (product, overflow) = bits.multipliedReportingOverflow(by: extent)
        guard !overflow else {
          throw LoadError(.shapeOverflow, "has the shape \(shape), more bytes than can be counted")
        }
        bits = product
      }
      guard bits.isMultiple(of: 8) else {
        throw LoadError(
          .sizeMismatch, "is \(type.rawValue) \(shape), which does not end on a whole byte")
      }
      return bits / 8
    }
  }
}
