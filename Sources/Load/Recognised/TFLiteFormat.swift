/// TensorFlow Lite models.
enum TFLiteFormat: WeightFormat {
  static let description = FormatDescription(
    id: "tflite", name: "a TensorFlow Lite model", endings: [".tflite"], stems: ["model"],
    advice: "is a TensorFlow Lite model, which is not read; use the model it was made from")

  static func claim(_ source: any ByteSource) -> Claim {
    let found = try? source.withPrefix(8) { (bytes) throws(LoadError) in
      bytes.has("TFL3".utf8, at: 4)
    }
    return found == true ? .certain : .none
  }
}
