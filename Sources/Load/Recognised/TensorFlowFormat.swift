/// TensorFlow's own checkpoints and SavedModels, whose files have no signature.
enum TensorFlowFormat: WeightFormat {
  static let description = FormatDescription(
    id: "tensorflow", name: "a TensorFlow checkpoint or SavedModel",
    endings: [".ckpt.index", ".ckpt.meta", "saved_model.pb", "variables.index"],
    infix: ".data-0",
    advice: "is of a TensorFlow checkpoint or SavedModel, which is not read; convert the model to "
      + "safetensors, or save it as a Keras file")

  static func claim(_ source: any ByteSource) -> Claim { .none }
}
