/// What llama.cpp reads: GGUF, and the unversioned formats before it.
enum GGUFFormat: WeightFormat {
  static let description = FormatDescription(
    id: "gguf", name: "a GGUF file", endings: [".gguf", ".ggml"],
    advice: "is a GGUF file, which is not supported yet; use the safetensors it was made from")

  static func claim(_ source: any ByteSource) -> Claim {
    let magics = ["GGUF", "lmgg", "fmgg", "tjgg"]
    let found = try? source.withPrefix(4) { (bytes) throws(LoadError) in
      magics.contains { bytes.has($0.utf8) }
    }
    return found == true ? .certain : .none
  }
}
