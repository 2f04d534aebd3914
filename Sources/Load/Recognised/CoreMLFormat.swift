/// Core ML models.
enum CoreMLFormat: WeightFormat {
  static let description = FormatDescription(
    id: "coreml", name: "a Core ML model", endings: [".mlmodel"],
    advice: "is a Core ML model, which is not read; use the model it was made from")

  static func claim(_ source: any ByteSource) -> Claim { .none }
}
