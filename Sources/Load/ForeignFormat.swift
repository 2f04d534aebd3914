/// Says what a file is that holds no weights this tool reads, and what to do about it.
enum ForeignFormat {
  /// A message, or nil if the file is nothing familiar.
  static func describe(_ bytes: UnsafeRawBufferPointer) -> String? {
    if let known = signatures.first(where: { bytes.has($0.bytes, at: $0.offset) }) {
      return known.message
    }
    if bytes.has("PK\u{3}\u{4}".utf8) { return describeArchive(bytes) }
    if (2...5).contains(where: { bytes.has([0x80, $0]) }) { return pickle }
    return describeText(bytes)
  }

  private struct Signature {
    var bytes: [UInt8]
    var offset = 0
    var message: String
  }

  private static let pickle =
    "seems to be a Python pickle, which can run code when it is loaded and is not read; convert "
    + "the model to safetensors"

  private static let signatures: [Signature] = [
    Signature(
      bytes: Array("GGUF".utf8),
      message: "is a GGUF file, which is not supported yet; use the safetensors it was made from"),
    Signature(
      bytes: [0x93] + Array("NUMPY".utf8),
      message: "is a NumPy array without a name; convert the model to safetensors"),
    Signature(
      bytes: Array("TFL3".utf8), offset: 4,
      message: "is a TensorFlow Lite model, which is not read; use the model it was made from"),
    Signature(bytes: [0x1F, 0x8B], message: "is compressed with gzip; unpack it first"),
    Signature(bytes: [0x28, 0xB5, 0x2F, 0xFD], message: "is compressed with zstd; unpack it first"),
    Signature(bytes: [0xFD] + Array("7zXZ".utf8), message: "is compressed with xz; unpack it first"),
    Signature(bytes: Array("BZh".utf8), message: "is compressed with bzip2; unpack it first"),
    Signature(bytes: Array("ustar".utf8), offset: 257, message: "is a tar archive; unpack it first"),
    Signature(
      bytes: Array("version https://git-lfs".utf8),
      message: "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`"),
  ]

  private static func describeArchive(_ bytes: UnsafeRawBufferPointer) -> String {
    // The first entry of a zip archive says what wrote it; its name follows 30 bytes of header.
    let names = String(decoding: bytes.excerpt(at: 30, count: 4096), as: UTF8.self)
    if names.contains("data.pkl") {
      return "seems to be a PyTorch checkpoint: a zip archive around a Python pickle, which can run "
        + "code when it is loaded and is not read; convert the model to safetensors"
    }
    if names.prefix(256).contains(".npy") {
      return "seems to be a NumPy archive (.npz), which is not read; convert the model to safetensors"
    }
    return "is a zip archive; unpack it and name the weights inside"
  }

  private static func describeText(_ bytes: UnsafeRawBufferPointer) -> String? {
    let start = bytes.prefix(512)
    // The last character may be cut in two.
    let isText =
      (0..<4).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
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
