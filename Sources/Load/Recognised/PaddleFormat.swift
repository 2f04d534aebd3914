/// PaddlePaddle's parameters: pickles.
enum PaddleFormat: WeightFormat {
  static let description = FormatDescription(
    id: "paddle", name: "PaddlePaddle parameters", endings: [".pdparams", ".pdiparams"],
    ownsEndings: false, stems: ["model_state"],
    advice: "holds PaddlePaddle parameters, which are not read; convert the model to safetensors")

  static func claim(_ source: any ByteSource) -> Claim { .none }
}
