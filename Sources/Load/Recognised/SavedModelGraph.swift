/// The graph of a TensorFlow SavedModel: its weights are in the folder `variables` beside it.
enum SavedModelGraph: WeightFormat {
  static let description = FormatDescription(
    id: "saved-model", name: "the graph of a TensorFlow SavedModel",
    endings: ["saved_model.pb", ".ckpt.meta"],
    advice: "is the graph of a TensorFlow model; name the index of its variables "
      + "(variables/variables.index)")

  static func claim(_ source: any ByteSource) -> Claim { .none }
}
