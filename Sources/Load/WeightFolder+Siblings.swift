extension WeightFolder {
  /// Whether all weights among a folder's names are one model: the one in `file`, perhaps in shards
  /// or in other formats too.
  static func holdsOneModel(_ names: [String], including file: String) -> Bool {
    let own = stem(of: file)
    return names.filter { isNamedLikeWeights($0) && $0 != file }.allSatisfy { other in
      stem(of: other) == own || (hubStems.contains(own) && hubStems.contains(stem(of: other)))
    }
  }

  private static let extensions = [
    "safetensors", "h5", "hdf5", "keras", "bin", "pt", "pth", "ckpt", "gguf", "msgpack", "onnx",
  ]

  /// What hubs call a folder's only model, per format.
  static let hubStems: Set<String> = [
    "model", "pytorch_model", "tf_model", "flax_model", "adapter_model", "consolidated",
    "diffusion_pytorch_model",
  ]

  static func isNamedLikeWeights(_ name: String) -> Bool {
    extensions.contains { name.lowercased().hasSuffix("." + $0) }
      // What the Trainer keeps beside the weights is not weights.
      && !["training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth"].contains(name)
  }

  /// A name without extension and shard number.
  static func stem(of name: String) -> String {
    if let shard = ShardName(name) { return shard.stem }
    var stem = name[...]
    if stem.hasSuffix(".index.json") { stem = stem.dropLast(".index.json".count) }
    if let dot = stem.lastIndex(of: ".") { stem = stem[..<dot] }
    if stem.hasSuffix(".weights") { stem = stem.dropLast(".weights".count) }
    return String(stem)
  }
}
