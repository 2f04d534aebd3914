/// Opens whatever MODEL names: a file of weights, a shard index, or a folder laid out like a hub
/// snapshot.
///
/// Files are recognised by content, never by extension.
package enum CheckpointReader {
  /// Opens a checkpoint and reads the metadata found beside it.
  ///
  /// - Throws: `LoadError`, also when the path holds no weights or a format that is not read; then
  ///   it says what the file seems to be.
  package static func open(
    path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    if PathName.isFolder(path) {
      let snapshot = try HubCache.snapshot(ofRepositoryAt: path, limits: limits)
      return try openFolder(snapshot ?? path, limits: limits)
    }
    let folder = LocalFolder(path: PathName.folder(of: path), limits: limits)
    var checkpoint = try open(try MappedFile(path: path), in: folder, limits: limits)
    checkpoint.name = ModelIdentity(ofModelAt: path).id
    checkpoint.metadata.complete(with: MetadataReader.read(beside: path, limits: limits))
    checkpoint.findStoredForms()
    return checkpoint
  }

  private static func openFolder(
    _ path: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let folder = LocalFolder(path: path, limits: limits)
    let files = try WeightFolder(path: path, limits: limits).weights()
    var checkpoint: Checkpoint
    if files.count == 1 {
      checkpoint = try open(try folder.open(files[0]), in: folder, limits: limits)
    } else {
      var assembly = ShardAssembly()
      for file in files {
        try assembly.add(
          try openFile(try folder.open(file), in: folder, limits: limits), limits: limits)
      }
      checkpoint = try assembly.checkpoint(path: path)
    }
    checkpoint.name = folder.identity.id
    checkpoint.path = path
    checkpoint.metadata.complete(with: MetadataReader.read(folder: path, limits: limits))
    checkpoint.findStoredForms()
    return checkpoint
  }

  /// Opens a file of weights or an index.
  private static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let checkpoint =
      if case .index = try Recognition(source) {
        try openShards(try ShardIndex(source, limits: limits), in: folder, limits: limits)
      } else {
        try openFile(source, in: folder, limits: limits)
      }
    guard !checkpoint.tensors.isEmpty else {
      throw LoadError(.noWeights, "holds no tensors", file: source.path)
    }
    return checkpoint
  }

  /// Opens a file of weights.
  private static func openFile(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    switch try Recognition(source) {
    case .weights(let format):
      return try format.open(source, in: folder, limits: limits)
    case .unread(let description):
      throw LoadError(
        .unknownFormat, description.advice ?? "is \(description.name)", file: source.path)
    case .other(let description):
      throw LoadError(.unknownFormat, description, file: source.path)
    case .index, .unknown:
      // Nothing claims it: the reader its name asks for can say what is wrong with it.
      let name = PathName.name(of: source.path)
      if let reader = FormatCatalogue.readers.first(where: { $0.description.matches(name) }) {
        return try reader.open(source, in: folder, limits: limits)
      }
      let advice = FormatCatalogue.promised(by: name)?.advice
      throw LoadError(
        .unknownFormat,
        advice ?? "is not a format that is read (\(FormatCatalogue.readable))", file: source.path)
    }
  }

  /// The shards of an index.
  private static func openShards(
    _ index: ShardIndex, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    var assembly = ShardAssembly()
    for name in index.fileNames {
      let shard = try openShard(name, of: index, in: folder, limits: limits)
      for tensor in shard.tensors where index.shards[tensor.name] != name {
        let says = index.shards[tensor.name].map { "says it is in \(LoadError.quote($0))" }
        throw LoadError(
          .shardDisagreesWithIndex, "is in this shard; the index \(says ?? "does not name it")",
          file: shard.path, tensor: tensor.name)
      }
      try assembly.add(shard, limits: limits)
    }
    // The first by name, so that the message does not depend on the order of a dictionary.
    let absent = index.shards.filter { !assembly.names.contains($0.key) }
    if let (tensor, shard) = absent.min(by: { $0.key < $1.key }) {
      throw LoadError(
        .shardDisagreesWithIndex,
        "is said to be in \(LoadError.quote(shard)), which does not hold it", file: index.path,
        tensor: tensor)
    }
    return try assembly.checkpoint(path: index.path)
  }

  private static func openShard(
    _ name: String, of index: ShardIndex, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let source: any ByteSource
    do throws(LoadError) {
      source = try folder.open(name)
    } catch  where error.code == .notFound {
      throw LoadError(
        .shardMissing,
        "the shard \(LoadError.quote(name)) is not there; download it, or the "
          + "checkpoint again", file: index.path)
    }
    return try openFile(source, in: folder, limits: limits)
  }
}
