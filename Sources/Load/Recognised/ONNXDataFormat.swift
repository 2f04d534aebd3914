/// Weights of ONNX models in a file beside the model, which names it and says what is where in it.
enum ONNXDataFormat: WeightFormat {
  static let description = FormatDescription(
    id: "onnx-data", name: "data of an ONNX model", endings: [".onnx.data"], infix: ".onnx_data",
    advice: "holds weights of an ONNX model; name the .onnx file beside it")

  /// Only the name tells: it is numbers and nothing else.
  static func claim(_ source: any ByteSource) -> Claim { .none }
}
