/// Texts beside the weights as UTF-8, whatever editors and downloads made of them.
enum MetadataText {
  /// Calls `body` with a text's UTF-8, without the mark that editors put before it.
  ///
  /// - Parameters:
  ///   - bytes: the file, or its beginning.
  ///   - allowsMark: whether every reader of the format passes over a byte order mark.
  ///   - notes: gets a note for what other readers of the format refuse.
  ///   - body: takes the text, and the offset in the file at which it begins.
  /// - Throws: for what stands in place of a text: a Git LFS pointer, an error page; what `body`
  ///   throws.
  static func withUTF8<Result>(
    _ bytes: UnsafeRawBufferPointer, file: String, allowsMark: Bool = false,
    notes: inout [LoadError],
    _ body: (UnsafeRawBufferPointer, UInt64) throws(LoadError) -> Result
  ) throws(LoadError) -> Result {
    if let stand = standIn(bytes) { throw LoadError(.metadataMalformed, stand, file: file) }
    if bytes.has(byteOrderMark) {
      if !allowsMark {
        notes.append(
          LoadError(
            .metadataMalformed,
            "begins with a byte order mark, which other readers refuse; it was read without",
            file: file))
      }
      return try body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(3)), 3)
    }
    guard let encoding = UTF16Order(bytes) else { return try body(bytes, 0) }
    guard let text = encoding.text(bytes) else {
      throw LoadError(.metadataMalformed, "is neither UTF-8 nor UTF-16", file: file)
    }
    notes.append(
      LoadError(
        .metadataMalformed, "is written in UTF-16, which other readers refuse; it was read as that",
        file: file))
    // Offsets are those of the text in UTF-8 from here on.
    let utf8 = Array(text.utf8)
    let result = utf8.withUnsafeBytes { buffer in
      Swift.Result { () throws(LoadError) in try body(buffer, 0) }
    }
    return try result.get()
  }

  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What a file is that stands where a text should.
  private static func standIn(_ bytes: UnsafeRawBufferPointer) -> String? {
    if bytes.has("version https://git-lfs".utf8) {
      return "is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`"
    }
    let start = String(decoding: bytes.prefix(64), as: UTF8.self).drop(while: \.isWhitespace)
      .lowercased()
    return start.hasPrefix("<!doctype html") || start.hasPrefix("<html")
      ? "is an HTML page, perhaps the error page of a download; fetch the file again" : nil
  }
}

/// The order of the bytes of a text in UTF-16: by its mark, or because every other byte of the
/// beginning is zero.
private enum UTF16Order {
  case little
  case big

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 4, bytes.count.isMultiple(of: 2) else { return nil }
    switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
    case (0xFF, 0xFE, _, _): self = .little
    case (0xFE, 0xFF, _, _): self = .big
    case (1..., 0, 1..., 0): self = .little
    case (0, 1..., 0, 1...): self = .big
    default: return nil
    }
  }

  func text(_ bytes: UnsafeRawBufferPointer) -> String? {
    let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place in
      let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return self == .little ? second << 8 | first : first << 8 | second
    }
    let hasMark = units.first == 0xFEFF
    return String(validating: hasMark ? units[1...] : units[...], as: UTF16.self)
  }
}
