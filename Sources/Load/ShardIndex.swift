/// The index of a sharded checkpoint (`model.safetensors.index.json`): which file holds which
/// tensor.
struct ShardIndex: Sendable {
  let source: any ByteSource
  /// The shard of each tensor.
  let shards: [String: String]

  var path: String { source.path }

  init(_ source: any ByteSource, limits: LoadLimits) throws(LoadError) {
    self.source = source
    guard source.byteCount <= limits.metadataFileByteCount else {
      throw LoadError(
        .limitExceeded,
        "the index has \(source.byteCount) bytes; at most \(limits.metadataFileByteCount) are read",
        file: source.path)
    }
    shards = try source.withBytes(in: 0..<source.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in
      let json = JSONSource(file: source.path, malformed: .indexMalformed)
      return try Self.parse(bytes, source: json, limits: limits)
    }
  }

  /// Whether a source is a JSON object that is named like an index or has a `weight_map` near its
  /// start.
  static func recognises(_ source: any ByteSource) -> Bool {
    let recognised = try? source.withPrefix(1 << 16) { (start) throws(LoadError) in
      guard let first = start.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }),
        first == UInt8(ascii: "{")
      else { return false }
      return FormatCatalogue.isIndexName(PathName.name(of: source.path))
        || String(decoding: start, as: UTF8.self).contains("\"weight_map\"")
    }
    return recognised ?? false
  }

  /// The shards, each once, in the order of their names.
  var fileNames: [String] { Set(shards.values).sorted() }

  private static func parse(
    _ bytes: UnsafeRawBufferPointer, source: JSONSource, limits: LoadLimits
  ) throws(LoadError) -> [String: String] {
    var shards: [String: String] = [:]
    var found = false
    var cursor = JSONCursor(bytes, source: source, limits: limits)
    try cursor.members { (key, cursor) throws(LoadError) in
      guard key == "weight_map" else { return }
      found = true
      try cursor.members { (tensor, cursor) throws(LoadError) in
        let offset = cursor.offset
        let shard = try cursor.string()
        func problem(_ code: LoadError.Code, _ message: String) -> LoadError {
          LoadError(code, message, file: source.file, offset: offset, tensor: tensor)
        }
        guard ModelRoot.isInside(shard) else {
          throw problem(
            .shardOutsideFolder,
            "is said to be in \(LoadError.quote(shard)), which is not a file "
              + "in the index's own folder")
        }
        guard shards.count < limits.tensorCount else {
          throw problem(.tooManyTensors, "there are more than \(limits.tensorCount) tensors")
        }
        shards[tensor] = shard
      }
    }
    try cursor.end()
    guard found, !shards.isEmpty else {
      throw LoadError(
        .indexMalformed, "has no weight_map that names tensors and their files", file: source.file)
    }
    guard Set(shards.values).count <= limits.shardCount else {
      throw LoadError(
        .limitExceeded, "names more than \(limits.shardCount) files", file: source.file)
    }
    return shards
  }
}
