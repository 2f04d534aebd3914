/// The index of a sharded checkpoint (`model.safetensors.index.json`): which file holds which
/// tensor.
struct ShardIndex: Sendable {
  let path: String
  /// The shard of each tensor.
  let shards: [String: String]

  init(path: String, limits: LoadLimits) throws(LoadError) {
    self.path = path
    shards = try MetadataFile.withBytes(of: path, limit: limits.metadataFileByteCount) {
      (bytes) throws(LoadError) in
      let source = JSONSource(file: path, malformed: .indexMalformed)
      return try Self.parse(bytes, source: source, limits: limits)
    }
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
        guard isInsideFolder(shard) else {
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

  /// Whether a name stays in the folder.
  ///
  /// Where the file leads, if it is a link, `ModelRoot` says.
  private static func isInsideFolder(_ name: String) -> Bool {
    let components = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.utf8.contains(0) && !name.utf8.contains(UInt8(ascii: "\\"))
      && components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }
}
