/// Reads checkpoints in the safetensors format: one file, the shards of an index, or several files
/// that together are one model.
package enum SafetensorsReader {
  /// One file.
  package static func checkpoint(
    path: String, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    try checkpoint(path: path, files: [path], limits: limits)
  }

  /// The shards of an index.
  package static func checkpoint(
    index path: String, limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    let index = try ShardIndex(path: path, limits: limits)
    let folder = PathName.folder(of: path)
    var assembly = Assembly()
    for name in index.fileNames {
      let shardPath = PathName.join(folder, name)
      let shard = try openShard(shardPath, name: name, index: path, limits: limits)
      for tensor in shard.tensors where index.shards[tensor.name] != name {
        let says = index.shards[tensor.name].map { "says it is in \(LoadError.quote($0))" }
        throw LoadError(
          .shardDisagreesWithIndex, "is in this shard; the index \(says ?? "does not name it")",
          file: shardPath, tensor: tensor.name)
      }
      try assembly.add(shard, limits: limits)
    }
    // The first by name, so that the message does not depend on the order of a dictionary.
    let absent = index.shards.filter { !assembly.names.contains($0.key) }
    if let (tensor, shard) = absent.min(by: { $0.key < $1.key }) {
      throw LoadError(
        .shardDisagreesWithIndex,
        "is said to be in \(LoadError.quote(shard)), which does not "
          + "hold it", file: path, tensor: tensor)
    }
    return try assembly.checkpoint(path: path)
  }

  /// Several files that together are one model.
  package static func checkpoint(
    path: String, files: [String], limits: LoadLimits = .standard
  ) throws(LoadError) -> Checkpoint {
    var assembly = Assembly()
    for file in files {
      try assembly.add(try SafetensorsFile(path: file, limits: limits), limits: limits)
    }
    return try assembly.checkpoint(path: path)
  }

  private static func openShard(
    _ shardPath: String, name: String, index: String, limits: LoadLimits
  ) throws(LoadError) -> SafetensorsFile {
    if let outside = ModelRoot(ofFileAt: index).outside(shardPath) {
      throw LoadError(
        .shardOutsideFolder,
        "the shard \(LoadError.quote(name)) is a link to \(LoadError.quote(outside)), outside the "
          + "model's folder; name that file itself if it is meant", file: index)
    }
    do {
      return try SafetensorsFile(path: shardPath, limits: limits)
    } catch  where error.code == .notFound {
      throw LoadError(
        .shardMissing,
        "the shard \(LoadError.quote(name)) is not there; download it, or the "
          + "checkpoint again", file: index)
    }
  }

  /// Files put together, one after the other.
  private struct Assembly {
    var tensors: [Tensor] = []
    /// The file that holds each tensor.
    var owners: [String: String] = [:]
    var strings: [String: String] = [:]
    var files: [Checkpoint.SourceFile] = []

    var names: Dictionary<String, String>.Keys { owners.keys }

    mutating func add(_ file: SafetensorsFile, limits: LoadLimits) throws(LoadError) {
      let path = file.file.path
      guard tensors.count + file.tensors.count <= limits.tensorCount else {
        throw LoadError(
          .tooManyTensors, "there are more than \(limits.tensorCount) tensors", file: path)
      }
      for tensor in file.tensors {
        if let owner = owners.updateValue(path, forKey: tensor.name) {
          throw LoadError(
            .duplicateKey,
            "is also in \(owner); if they are different models, name one of the files",
            file: path, tensor: tensor.name)
        }
      }
      tensors += file.tensors
      strings.merge(file.strings) { first, _ in first }
      files.append(file.source)
    }

    func checkpoint(path: String) throws(LoadError) -> Checkpoint {
      guard !tensors.isEmpty else { throw LoadError(.noWeights, "holds no tensors", file: path) }
      return Checkpoint(
        name: PathName.name(of: path), path: path, format: .safetensors,
        tensors: tensors, metadata: ModelMetadata(headerStrings: strings), files: files)
    }
  }
}
