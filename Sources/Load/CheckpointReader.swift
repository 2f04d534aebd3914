/// Opens whatever MODEL names: a file of weights, a shard index, or a folder laid out like a hub
/// snapshot.
///
/// Files are recognised by content, never by extension.
package enum CheckpointReader {
  /// The formats that are read, the most unmistakable first.
  static let formats: [any CheckpointFormat.Type] = [
    HDF5Reader.self, SafetensorsReader.self, KerasArchiveReader.self,
  ]

  /// Opens a checkpoint and reads the metadata found beside it.
  ///
  /// - Throws: `LoadError`, also when the path holds no weights or a format that is not read; then
  ///   it says what the file seems to be.
  package static func open(
    path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    if PathName.isFolder(path) { return try openFolder(path, limits: limits) }
    var checkpoint = try openFile(path, limits: limits)
    checkpoint.metadata.complete(with: MetadataReader.read(beside: path, limits: limits))
    return checkpoint
  }

  private static func openFolder(
    _ path: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let weights = try WeightFolder(path: path, limits: limits).weights()
    var checkpoint =
      switch weights {
      case .file(let file): try openFile(file, limits: limits)
      case .files(let files):
        try SafetensorsReader.checkpoint(path: path, files: files, limits: limits)
      }
    checkpoint.name = PathName.name(of: path)
    checkpoint.path = path
    checkpoint.metadata.complete(with: MetadataReader.read(folder: path, limits: limits))
    return checkpoint
  }

  private static func openFile(
    _ path: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let file = try MappedFile(path: path)
    let content = try file.withBytes(in: 0..<file.byteCount, tensor: nil) {
      (bytes) throws(LoadError) in identify(bytes, path: path)
    }
    switch content {
    case .weights(let format):
      var checkpoint = try format.checkpoint(path: path, limits: limits)
      checkpoint.metadata.adoptKerasConfig(of: checkpoint, limits: limits)
      return checkpoint
    case .index: return try SafetensorsReader.checkpoint(index: path, limits: limits)
    case .foreign(let description): throw LoadError(.unknownFormat, description, file: path)
    case .unknown where path.hasSuffix(".safetensors"):
      // Nothing claims it: the reader its name asks for can say what is wrong with it.
      return try SafetensorsReader.checkpoint(path: path, limits: limits)
    case .unknown:
      throw LoadError(
        .unknownFormat, "is not a format that is read (safetensors, HDF5)", file: path)
    }
  }

  /// What a file turns out to be.
  private enum Content {
    case weights(any CheckpointFormat.Type)
    case index
    /// Something familiar that holds no weights this tool reads, and what to do about it.
    case foreign(String)
    case unknown
  }

  /// Whether a file's content is of a format that is read.
  static func recognises(_ bytes: UnsafeRawBufferPointer, path: String) -> Bool {
    if case .weights = identify(bytes, path: path) { true } else { false }
  }

  private static func identify(_ bytes: UnsafeRawBufferPointer, path: String) -> Content {
    // Formats that are zip archives too should not be asked about archives known to be others.
    if let description = ForeignFormat.describeArchive(bytes) { return .foreign(description) }
    if let format = formats.first(where: { $0.recognises(bytes) }) { return .weights(format) }
    if ShardIndex.recognises(bytes, path: path) { return .index }
    if let description = ForeignFormat.describe(bytes) { return .foreign(description) }
    return .unknown
  }
}
