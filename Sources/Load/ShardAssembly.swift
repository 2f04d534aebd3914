/// Puts the files of one model together, one after the other, whatever their format.
struct ShardAssembly {
  private var tensors: [Tensor] = []
  /// The file that holds each tensor.
  private var owners: [String: String] = [:]
  private var metadata = ModelMetadata()
  private var files: [Checkpoint.SourceFile] = []
  private var notes: [String] = []
  private var problems: [LoadProblem] = []
  private var format: Checkpoint.Format?

  var names: Dictionary<String, String>.Keys { owners.keys }

  mutating func add(_ shard: Checkpoint, limits: LoadLimits) throws(LoadError) {
    guard tensors.count + shard.tensors.count <= limits.tensorCount else {
      throw LoadError(
        .tooManyTensors, "there are more than \(limits.tensorCount) tensors", file: shard.path)
    }
    for tensor in shard.tensors {
      if let owner = owners.updateValue(shard.path, forKey: tensor.name) {
        throw LoadError(
          .duplicateKey,
          "is also in \(owner); if they are different models, name one of the files",
          file: shard.path, tensor: tensor.name)
      }
    }
    tensors += shard.tensors
    metadata.complete(with: shard.metadata)
    files += shard.files
    notes += shard.notes
    problems += shard.problems
    format = format ?? shard.format
  }

  func checkpoint(path: String) throws(LoadError) -> Checkpoint {
    guard let format, !tensors.isEmpty else {
      throw LoadError(.noWeights, "holds no tensors", file: path)
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: path), path: path, format: format, tensors: tensors,
      metadata: metadata, files: files, problems: problems)
    checkpoint.notes = notes
    return checkpoint
  }
}
