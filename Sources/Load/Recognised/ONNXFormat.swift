/// ONNX graphs, with weights inside or in a file beside.
enum ONNXFormat: WeightFormat {
  static let description = FormatDescription(
    id: "onnx", name: "an ONNX model", endings: [".onnx", ".onnx_data", ".onnx.data", ".ort"],
    stems: ["model"],
    advice: "is an ONNX model, which is not read; use the model it was exported from")

  /// Protocol buffers have no signature: only the name tells.
  static func claim(_ source: any ByteSource) -> Claim { .none }
}
