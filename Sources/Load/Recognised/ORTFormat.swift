/// ONNX Runtime's own format.
enum ORTFormat: WeightFormat {
  static let description = FormatDescription(
    id: "ort", name: "a model of ONNX Runtime", endings: [".ort"],
    advice: "is a model of ONNX Runtime, which is not read; use the ONNX model it was made from")

  static func claim(_ source: any ByteSource) -> Claim {
    let found = try? source.withPrefix(8) { (bytes) throws(LoadError) in
      bytes.has("ORTM".utf8, at: 4)
    }
    return found == true ? .certain : .none
  }
}
