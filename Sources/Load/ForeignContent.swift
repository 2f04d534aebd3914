/// Says what a file is that is no format of weights, and what to do about it.
enum ForeignContent {
  /// A message, or nil if the file is nothing familiar.
  static func describe(_ source: any ByteSource) -> String? {
    let description = try? source.withPrefix(512) { (bytes) throws(LoadError) in
      describe(bytes, isWhole: bytes.count == source.byteCount)
    }
    return description ?? nil
  }

  private static func describe(_ bytes: UnsafeRawBufferPointer, isWhole: Bool) -> String? {
    if let known = signatures.first(where: { bytes.has($0.bytes, at: $0.offset) }) {
      return known.message
    }
    return describeText(bytes, isWhole: isWhole)
  }

  private struct Signature {
    var bytes: [UInt8]
    var offset = 0
    var message: String
  }

  private static let signatures: [Signature] = [
    Signature(
      bytes: Array("PK\u{3}\u{4}".utf8),
      message: "is a zip archive that holds no weights by a name that is known; unpack it first"),
    Signature(
      bytes: [0x00, 0x05, 0x16, 0x07],
      message:
        "is an AppleDouble file that macOS leaves beside a file on other disks; name the file "
        + "without the '._' before it"),
    Signature(bytes: [0x1F, 0x8B], message: "is compressed with gzip; unpack it first"),
    Signature(
      bytes: [0x28, 0xB5, 0x2F, 0xFD], message: "is compressed with zstd; unpack it first"),
    Signature(
      bytes: [0xFD] + Array("7zXZ".utf8), message: "is compressed with xz; unpack it first"),
    Signature(bytes: Array("BZh".utf8), message: "is compressed with bzip2; unpack it first"),
    Signature(
      bytes: Array("ustar".utf8), offset: 257, message: "is a tar archive; unpack it first"),
    Signature(
      bytes: Array("version https://git-lfs".utf8),
      message: "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`"),
  ]

  private static func describeText(
    _ start: UnsafeRawBufferPointer, isWhole: Bool
  ) -> String? {
    // Where the excerpt ends before the file, its last character may be cut.
    let cuts = isWhole ? 0..<1 : 0..<4
    let isText =
      cuts.contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
      && !start.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D, 0x1B].contains($0) }
    guard isText else { return nil }
    let text = String(decoding: start, as: UTF8.self).drop { $0.isWhitespace }
    if text.lowercased().hasPrefix("<!doctype html") || text.lowercased().hasPrefix("<html") {
      return "is an HTML page, perhaps the error page of a download; fetch the weights again"
    }
    if text.hasPrefix("{") || text.hasPrefix("[") {
      return "seems to be JSON text, but no index of weights; name the weights or their folder"
    }
    return "is a text file; name the weights or their folder"
  }
}
