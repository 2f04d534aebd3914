/// Reads `config.json` and its like: an object of JSON, and what people's tools make of it.
///
/// Python's numbers that JSON does not have (`Infinity`, `NaN`) are read as they are. Comments and
/// commas before a closing bracket are read too, and noted, because loaders refuse them.
enum ConfigurationReader {
  /// - Parameter notes: gets a note for what loaders refuse and was read all the same.
  /// - Throws: `LoadError` for what is no object of JSON, or too large.
  static func read(
    path: String, limits: LoadLimits, notes: inout [LoadError]
  ) throws(LoadError) -> JSONValue {
    var relaxation: LoadError?
    let value = try MetadataFile.withBytes(of: path, limit: limits.configByteCount) {
      (bytes) throws(LoadError) in
      try MetadataText.withUTF8(bytes, file: path, notes: &notes) {
        (text, offset) throws(LoadError) in
        let source = JSONSource(file: path, baseOffset: offset, allowsPythonNumbers: true)
        do throws(LoadError) {
          return try JSONReader.parse(text, source: source, limits: limits)
        } catch let strict {
          guard strict.code == .metadataMalformed, let relaxed = RelaxedJSON.strict(text),
            let value = try? JSONReader.parse(relaxed, source: source, limits: limits)
          else { throw strict }
          relaxation = LoadError(
            .metadataMalformed, strict.message + "; it was read without comments and such commas",
            file: path, offset: strict.offset)
          return value
        }
      }
    }
    if let relaxation { notes.append(relaxation) }
    guard case .object = value else {
      throw LoadError(.metadataMalformed, "the configuration is not a JSON object", file: path)
    }
    return value
  }
}

/// JSON with comments (`//`, `/* */`) and with commas before closing brackets.
enum RelaxedJSON {
  /// The text with both as blanks, so that every offset stays; nil where there is none of them.
  static func strict(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var bytes = Array(text)
    var place = 0
    // The last comma after which nothing but blanks came.
    var comma: Int?
    var isChanged = false
    func blank(_ range: Range<Int>) {
      for index in range { bytes[index] = 0x20 }
      isChanged = true
    }
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        comma = nil
        place = endOfString(bytes, from: place)
      case UInt8(ascii: "/"):
        guard let end = endOfComment(bytes, from: place) else { return nil }
        blank(place..<end)
        place = end
      case UInt8(ascii: ","):
        comma = place
        place += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if let comma { blank(comma..<comma + 1) }
        comma = nil
        place += 1
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default:
        comma = nil
        place += 1
      }
    }
    return isChanged ? bytes : nil
  }

  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var place = start + 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(place + 1, bytes.count)
  }

  /// Nil where no comment begins, or one does not end.
  private static func endOfComment(_ bytes: [UInt8], from start: Int) -> Int? {
    guard start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "/"): return bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    case UInt8(ascii: "*"):
      var place = start + 2
      while place + 1 < bytes.count {
        if bytes[place] == UInt8(ascii: "*"), bytes[place + 1] == UInt8(ascii: "/") {
          return place + 2
        }
        place += 1
      }
      return nil
    default: return nil
    }
  }
}
