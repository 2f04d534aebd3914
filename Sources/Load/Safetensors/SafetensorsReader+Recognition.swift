extension SafetensorsReader: CheckpointFormat {
  /// A header that starts with `{` after eight bytes that are no text. A length that cannot be true
  /// is recognised all the same: the reader then names it.
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.has(CollectionOfOne(UInt8(ascii: "{")), at: 8) else { return false }
    return bytes.prefix(8).contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 >= 0x7F }
  }

  /// One file, within the standard limits.
  package static func checkpoint(path: String) throws(LoadError) -> Checkpoint {
    try checkpoint(path: path, limits: .standard)
  }
}

extension ShardIndex {
  /// A JSON object that is named like an index or has a `weight_map` near its start.
  static func recognises(_ bytes: UnsafeRawBufferPointer, path: String) -> Bool {
    let start = bytes.prefix(1 << 16)
    guard let first = start.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }),
      first == UInt8(ascii: "{")
    else { return false }
    return path.hasSuffix(".index.json")
      || String(decoding: start, as: UTF8.self).contains("\"weight_map\"")
  }
}
