/// The index of a TensorFlow checkpoint.
struct TensorFlowIndex {
  let source: any ByteSource
  let shardCount: Int
  let isBigEndian: Bool
  private(set) var variables: [(key: String, entry: BundleEntry)] = []
  /// Slices of variables, by the keys that stand for them.
  private(set) var slices: [[UInt8]: BundleEntry] = [:]

  /// - Throws: `.headerMalformed` for a table that is no checkpoint's, what `StringTable` throws.
  init(_ source: any ByteSource, limits: LoadLimits) throws(LoadError) {
    let file = source.path
    var header: (shards: Int, isBigEndian: Bool)?
    var variables: [(key: String, entry: BundleEntry)] = []
    var slices: [[UInt8]: BundleEntry] = [:]
    try StringTable(source).entries(limit: limits.tensorCount) { found throws(LoadError) in
      if header == nil {
        guard found.key.isEmpty else {
          throw LoadError(
            .headerMalformed, "is a table, and not of a TensorFlow checkpoint", file: file)
        }
        header = try Self.header(found.value, file: file)
        return
      }
      guard variables.count + slices.count < limits.tensorCount else {
        throw LoadError(
          .tooManyTensors, "there are more than \(limits.tensorCount) variables", file: file)
      }
      let name = String(decoding: found.key, as: UTF8.self)
      guard found.key.count <= limits.nameByteCount else {
        throw LoadError(
          .limitExceeded, "a name has \(found.key.count) bytes", file: file,
          tensor: String(name.prefix(80)))
      }
      let entry = try BundleEntry(found.value, file: file, key: name)
      guard entry.shape.count <= limits.rank else {
        throw LoadError(
          .limitExceeded, "has \(entry.shape.count) axes; at most \(limits.rank) are read",
          file: file, tensor: name)
      }
      if found.key.first == 0 {
        slices[found.key] = entry
      } else {
        variables.append((name, entry))
      }
    }
    guard let header else {
      throw LoadError(.headerMalformed, "is an empty table", file: file)
    }
    guard (1...limits.shardCount).contains(header.shards) else {
      throw LoadError(.limitExceeded, "claims \(header.shards) files of data", file: file)
    }
    self.source = source
    (shardCount, isBigEndian) = header
    (self.variables, self.slices) = (variables, slices)
    var keys: Set<String> = []
    for variable in variables where !keys.insert(variable.key).inserted {
      throw LoadError(.duplicateKey, "is there twice", file: file, tensor: variable.key)
    }
  }

  /// `BundleHeaderProto`.
  private static func header(
    _ bytes: [UInt8], file: String
  ) throws(LoadError) -> (Int, Bool) {
    var (shards, isBigEndian) = (0, false)
    try bytes.withBytes { (bytes) throws(LoadError) in
      var fields = ProtobufFields(bytes[...], file: file)
      while let field = try fields.next() {
        if field.number == 1, case .varint(let value) = field.value {
          shards = Int(clamping: value)
        }
        if field.number == 2, case .varint(let value) = field.value { isBigEndian = value == 1 }
      }
    }
    return (shards, isBigEndian)
  }
}
