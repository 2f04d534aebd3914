/// Reads PyTorch's checkpoints: a zip archive around a Python pickle, the older pickles with their
/// storages behind them, and pickles by themselves.
///
/// Nothing of a pickle runs (`PickleMachine`).
package enum PyTorchReader: CheckpointFormat {
  package static let description = FormatDescription(
    id: Checkpoint.Format.pyTorch.rawValue, name: "PyTorch",
    endings: [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".ot"], ownsEndings: false,
    stems: ["pytorch_model", "model", "adapter_model", "diffusion_pytorch_model"],
    copyStems: ["consolidated"],
    indexEndings: [".bin.index.json", ".pt.index.json"],
    // What the Trainer keeps beside the weights is not weights.
    notWeights: [
      "training_args.", "optimizer.", "scheduler.", "scaler.", "rng_state", "random_states",
    ])

  /// Certain is an archive with the pickle that torch would read, the magic number of older files, or
  /// a pickle of which the first thousand bytes are operations.
  package static func claim(_ source: any ByteSource) -> Claim {
    if let archive = try? ZipArchive(source) {
      return PyTorchArchive.root(of: archive) != nil ? .certain : .none
    }
    if ZipArchive.startNames(of: source)?.contains("data.pkl") == true {
      return .damaged(LoadError(.truncated, "the archive is cut short", file: source.path))
    }
    let found = try? source.withPrefix(1024) { (bytes) throws(LoadError) in
      LegacyFile.isStart(bytes) || PickleMachine.isStart(bytes)
    }
    return found == true ? .certain : .none
  }

  /// - Throws: `LoadError` if the file is damaged, or holds no tensors; then it says what loading the
  ///   pickle would run.
  package static func open(
    _ source: any ByteSource, in folder: any ModelFolder, limits: LoadLimits
  ) throws(LoadError) -> Checkpoint {
    // An archive that is cut short has no directory, and is no pickle either.
    let archive = ZipArchive.isStart(of: source) ? try ZipArchive(source) : try? ZipArchive(source)
    let model =
      if let archive {
        try PyTorchArchive(archive).model(limits: limits)
      } else {
        try model(ofPickles: source, limits: limits)
      }
    if model.tensors.isEmpty,
      let danger = model.problems.first(where: { $0.kind == .dangerousPickle })
    {
      throw LoadError(
        .noWeights,
        "holds no tensors that can be read; its pickle \(danger.message), and whoever "
          + "loads it runs that: do not (SCM1006)", file: source.path)
    }
    if model.tensors.isEmpty, let unread = model.problems.first(where: { $0.kind == .unreadTensor })
    {
      throw LoadError(.noWeights, unread.message, file: source.path, tensor: unread.subject)
    }
    var checkpoint = Checkpoint(
      name: PathName.name(of: source.path), path: source.path, format: .pyTorch,
      tensors: model.tensors, metadata: ModelMetadata(),
      files: [Checkpoint.SourceFile(source)], problems: model.problems)
    checkpoint.notes = model.notes
    return checkpoint
  }

  /// A legacy file, or one pickle.
  private static func model(
    ofPickles source: any ByteSource, limits: LoadLimits
  ) throws(LoadError) -> PyTorchModel {
    var model = PyTorchModel(of: source, limits: limits)
    let whole = 0..<source.byteCount
    let pickle = StorageBytes(source: source, range: whole)
    try source.withBytes(in: whole, tensor: nil) { (bytes) throws(LoadError) in
      if LegacyFile.isStart(bytes) {
        let file = try LegacyFile(bytes, in: source, limits: limits)
        try model.take(file.machine, root: file.root, storages: file.storages, pickle: pickle)
      } else {
        var machine = PickleMachine(
          bytes, source: PickleSource(file: source.path), limits: limits.pickle)
        let root: PickleValue
        do throws(LoadError) {
          root = try machine.run()
        } catch {
          throw machine.explained(error)
        }
        try model.take(machine, root: root, storages: NoStorages(), pickle: pickle)
      }
    }
    return model
  }

  /// A pickle by itself has nothing beside it.
  private struct NoStorages: PyTorchStorages {
    func bytes(of key: String) throws(LoadError) -> StorageBytes {
      throw LoadError(.truncated, "has its numbers in a storage that is not in the file")
    }
  }
}

extension Checkpoint.Format {
  package static let pyTorch = Self(rawValue: "pytorch")
}
