/// Finds the weights in a folder laid out like a hub snapshot.
struct WeightFolder {
  let path: String
  private let names: [String]

  init(path: String, limits: LoadLimits) throws(LoadError) {
    self.path = path
    names = try PathName.entries(of: path, limits: limits).filter { !$0.hasPrefix(".") }
  }

  /// The names of the files that are the folder's model, or of its index.
  ///
  /// Where it is there twice, sharded and in one piece, the shards.
  ///
  /// - Throws: `.noWeights` that says what was found instead; `.unsupportedLayout` when there are
  ///   several models; `.shardMissing` when a numbered shard is not there.
  func weights() throws(LoadError) -> [String] {
    for name in Self.hubNames where names.contains(name) { return [name] }
    let variants = names.filter {
      $0.hasPrefix("diffusion_pytorch_model") && $0.hasSuffix(".safetensors") && !Self.isShard($0)
    }
    if let only = try single(variants) { return [only] }
    if names.contains("adapter_model.safetensors") {
      return ["adapter_model.safetensors"]
    }
    let indices = names.filter { $0.hasSuffix(".safetensors.index.json") }
    if let only = try single(indices) { return [only] }

    var safetensors = names.filter { $0.hasSuffix(".safetensors") }
    // The same weights once more, in the names of the original code.
    let other = safetensors.filter { !$0.hasPrefix("consolidated") }
    if !other.isEmpty { safetensors = other }
    if safetensors.count == 1 { return [safetensors[0]] }
    if !safetensors.isEmpty {
      try checkShardsAreComplete(safetensors)
      return safetensors
    }
    if let only = try single(recognisedFiles()) { return [only] }
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
      .unsupportedLayout,
      "holds several models; name one of them: "
        + Self.list(candidates), file: path)
  }

  /// Files whose content is a format that is read, whatever they are called.
  private func recognisedFiles() -> [String] {
    names.filter { name in
      guard let source = try? MappedFile(path: file(name)) else { return false }
      return FormatCatalogue.readers.contains { $0.claim(source) != .none }
    }
  }

  // MARK: Numbered shards

  static func isShard(_ name: String) -> Bool { ShardName(name) != nil }

  private func checkShardsAreComplete(_ names: [String]) throws(LoadError) {
    let shards = names.compactMap(ShardName.init)
    for shard in shards {
      let present = Set(shards.filter { $0.stem == shard.stem }.map(\.number))
      guard present.count < shard.count else { continue }
      let missing = (1...shard.count).first { !present.contains($0) } ?? shard.count
      throw LoadError(
        .shardMissing,
        "shard \(missing) of \(shard.count) of \(LoadError.quote(shard.stem)) is not "
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
      return "holds no weights that are read: " + list(gguf)
        + " is GGUF, which is not supported yet"
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
