/// PyTorch's checkpoints: a zip archive around a Python pickle, or a pickle by itself.
enum PyTorchFormat: WeightFormat {
  static let description = FormatDescription(
    id: "pytorch", name: "a PyTorch checkpoint",
    endings: [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".ot"], ownsEndings: false,
    stems: ["pytorch_model", "model", "adapter_model", "diffusion_pytorch_model"],
    copyStems: ["consolidated"],
    indexEndings: [".bin.index.json", ".pt.index.json"],
    // What the Trainer keeps beside the weights is not weights.
    notWeights: [
      "training_args.", "optimizer.", "scheduler.", "scaler.", "rng_state", "random_states",
    ],
    advice:
      "is a PyTorch checkpoint: a Python pickle, which can run code when it is loaded and is not read; convert the "
      + "model to safetensors")

  static func claim(_ source: any ByteSource) -> Claim {
    if let archive = try? ZipArchive(source) {
      return archive.names.contains { $0.hasSuffix("data.pkl") } ? .certain : .none
    }
    if ZipArchive.startNames(of: source)?.contains("data.pkl") == true {
      return .damaged(LoadError(.truncated, "the archive is cut short", file: source.path))
    }
    let found = try? source.withPrefix(4) { (bytes) throws(LoadError) in Self.isPickle(bytes) }
    return found == true ? .certain : .none
  }

  /// A protocol of two to five, and an operation that exists: the header of a safetensors file of a
  /// certain length starts with the same two bytes.
  private static func isPickle(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count >= 3, bytes[0] == 0x80, (2...5).contains(bytes[1]) else { return false }
    // FRAME, EMPTY_DICT, EMPTY_LIST, EMPTY_TUPLE, MARK, GLOBAL, LONG1 (the magic of old files), and
    // the small numbers and strings.
    return [0x95, 0x7D, 0x5D, 0x29, 0x28, 0x63, 0x8A, 0x4B, 0x4D, 0x58, 0x8C].contains(bytes[2])
  }
}
