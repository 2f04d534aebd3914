/// NumPy's archives of arrays, which Flax and MLX models were once published in.
enum NumPyFormat: WeightFormat {
  static let description = FormatDescription(
    id: "npz", name: "a NumPy archive", endings: [".npz"], stems: ["model", "weights"],
    advice: "is a NumPy archive (.npz), which is not read; convert the model to safetensors")

  static func claim(_ source: any ByteSource) -> Claim {
    if let archive = try? ZipArchive(source) {
      let holdsArrays = !archive.names.isEmpty && archive.names.allSatisfy { $0.hasSuffix(".npy") }
      return holdsArrays ? .certain : .none
    }
    guard ZipArchive.startNames(of: source)?.prefix(256).contains(".npy") == true else {
      return .none
    }
    return .damaged(LoadError(.truncated, "the archive is cut short", file: source.path))
  }
}
