/// What llama.cpp read before GGUF: formats without a description of the model, of which three magics
/// are known.
enum GGMLFormat: WeightFormat {
  static let description = FormatDescription(
    id: "ggml", name: "a GGML file", endings: [".ggml"],
    advice:
      "is of a format that llama.cpp read before GGUF, which is not read; use the safetensors it was "
      + "made from")

  static func claim(_ source: any ByteSource) -> Claim {
    let found = try? source.withPrefix(4) { (bytes) throws(LoadError) in
      ["lmgg", "fmgg", "tjgg"].contains { bytes.has($0.utf8) }
    }
    return found == true ? .certain : .none
  }
}
