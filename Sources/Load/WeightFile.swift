/// Opens one file of weights, or an index and its shards.
enum WeightFile {
  /// - Throws: `.noWeights` for a file that holds no tensors.
  static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let checkpoint =
      if case .index = try Recognition(source) {
        try openShards(try ShardIndex(source, limits: limits), in: folder, limits: limits)
      } else {
        try openPart(source, in: folder, limits: limits)
      }
    guard !checkpoint.tensors.isEmpty else {
      throw LoadError(.noWeights, "holds no tensors", file: source.path)
    }
    return checkpoint
  }

  /// Opens a file that may be one of several, and hold no tensors.
  static func openPart(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    let name = PathName.name(of: source.path)
    switch try Recognition(source) {
    case .weights(let format):
      var checkpoint = try format.open(source, in: folder, limits: limits)
      if let promised = FormatCatalogue.promised(by: name), promised.id != format.description.id {
        checkpoint.problems.append(
          LoadProblem(
            .misnamed, name,
            "holds \(format.description.name); its name promises \(promised.name)"))
      }
      return checkpoint
    case .unread(let description):
      throw LoadError(
        .unknownFormat, description.advice ?? "is \(description.name)", file: source.path)
    case .other(let description):
      throw LoadError(.unknownFormat, description, file: source.path)
    case .index, .unknown:
      // Nothing claims it: the reader its name asks for can say what is wrong with it.
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
    return try openPart(source, in: folder, limits: limits)
  }
}
