/// Finds the weights in a folder laid out like a hub snapshot.
struct WeightFolder {
  let path: String
  private let names: [String]

  /// What to open.
  enum Weights: Equatable {
    /// A file of weights, or a shard index.
    case file(String)
    /// Several safetensors files that together are the model.
    case files([String])
  }

  init(path: String, limits: LoadLimits) throws(LoadError) {
    self.path = path
    names = try PathName.entries(of: path, limits: limits).filter { !$0.hasPrefix(".") }
  }

  /// What the folder's model is. Where it is there twice, sharded and in one piece, the shards.
  ///
  /// - Throws: `.noWeights` that says what was found instead; `.unsupportedLayout` when there are
  ///   several models; `.shardMissing` when a numbered shard is not there.
  func weights() throws(LoadError) -> Weights {
    for name in Self.hubNames where names.contains(name) { return .file(file(name)) }
    let variants = names.filter {
      $0.hasPrefix("diffusion_pytorch_model") && $0.hasSuffix(".safetensors") && !Self.isShard($0)
    }
    if let only = try single(variants) { return .file(file(only)) }
    if names.contains("adapter_model.safetensors") {
      return .file(file("adapter_model.safetensors"))
    }
    let indices = names.filter { $0.hasSuffix(".safetensors.index.json") }
    if let only = try single(indices) { return .file(file(only)) }

    let safetensors = names.filter { $0.hasSuffix(".safetensors") }
    if safetensors.count == 1 { return .file(file(safetensors[0])) }
    if !safetensors.isEmpty {
      try checkShardsAreComplete(safetensors)
      return .files(safetensors.map(file))
    }
    if let only = try single(recognisedFiles()) { return .file(file(only)) }
    throw LoadError(.noWeights, Self.absence(names, folder: path), file: path)
  }

  private static let hubNames = [
    "model.safetensors.index.json", "model.safetensors",
    "diffusion_pytorch_model.safetensors.index.json", "diffusion_pytorch_model.safetensors",
  ]

  private func file(_ name: String) -> String { PathName.join(path, name) }

  private func single(_ candidates: [String]) throws(LoadError) -> String? {
    guard candidates.count > 1 else { return candidates.first }
    throw LoadError(
      .unsupportedLayout, "holds several models; name one of them: "
        + Self.list(candidates), file: path)
  }

  /// Files whose content is a format that is read, whatever they are called.
  private func recognisedFiles() -> [String] {
    names.filter { name in
      let recognised = try? MetadataFile.withBytes(of: file(name), limit: .max) {
        (bytes) throws(LoadError) in
        CheckpointReader.formats.contains { $0.recognises(bytes) }
      }
      return recognised ?? false
    }
  }

  // MARK: Numbered shards

  /// The parts of `name-00001-of-00003.safetensors`.
  struct ShardName: Equatable {
    var stem: String
    var number: Int
    var count: Int

    init?(_ name: String) {
      guard let match = name.firstMatch(of: /^(.+)-([0-9]{1,6})-of-([0-9]{1,6})\.[a-z0-9]+$/),
        let number = Int(match.2), let count = Int(match.3)
      else { return nil }
      stem = String(match.1)
      self.number = number
      self.count = count
    }
  }

  static func isShard(_ name: String) -> Bool { ShardName(name) != nil }

  private func checkShardsAreComplete(_ names: [String]) throws(LoadError) {
    let shards = names.compactMap(ShardName.init)
    for shard in shards {
      let present = Set(shards.filter { $0.stem == shard.stem }.map(\.number))
      guard present.count < shard.count else { continue }
      let missing = (1...shard.count).first { !present.contains($0) } ?? shard.count
      throw LoadError(
        .shardMissing, "shard \(missing) of \(shard.count) of \(LoadError.quote(shard.stem)) is not "
          + "there; download it, or the checkpoint again", file: path)
    }
  }

  // MARK: Messages

  private static func absence(_ names: [String], folder: String) -> String {
    let pickles = names.filter { name in
      [".bin", ".pt", ".pth", ".ckpt", ".pkl"].contains { name.hasSuffix($0) }
    }
    if !pickles.isEmpty {
      return "holds no weights that are read: " + list(pickles)
        + " may be Python pickles, which can run code when they are loaded; convert them to "
        + "safetensors"
    }
    let gguf = names.filter { $0.hasSuffix(".gguf") }
    if !gguf.isEmpty {
      return "holds no weights that are read: " + list(gguf) + " is GGUF, which is not supported yet"
    }
    let folders = names.filter { PathName.isFolder(PathName.join(folder, $0)) }
    if !folders.isEmpty {
      return "holds no weights; perhaps one of its folders does: " + list(folders)
    }
    return names.isEmpty
      ? "is empty" : "holds no weights (safetensors, HDF5); found only " + list(names)
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map(LoadError.quote).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
