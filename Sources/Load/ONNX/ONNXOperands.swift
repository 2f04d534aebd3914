/// What an operation does with one of its inputs, if that is a weight.
struct ONNXOperand: Sendable {
  enum Layout: Sendable {
    /// The first axis is the output, as PyTorch has it, or there is no such axis.
    case asStored
    /// A matrix `[in, out]`.
    case inputsFirst
    /// As an attribute says: `[out, in]` where it is 1.
    case inputsFirstUnless(String)
  }

  let input: Int
  /// What the modules of PyTorch call it.
  let parameter: String
  let layout: Layout
  /// Whether only a vector is a weight there, and another array what the network computes with.
  var isVector = false

  init(_ input: Int, _ parameter: String, _ layout: Layout = .asStored, isVector: Bool = false) {
    (self.input, self.parameter, self.layout) = (input, parameter, layout)
    self.isVector = isVector
  }

  /// Weights of operations, by name.
  ///
  /// - Source: the operator schemas of ONNX and of ONNX Runtime's `com.microsoft`.
  static let all: [String: [ONNXOperand]] = [
    // The left factor of a weight from the left is `[out, in]`.
    "MatMul": [Self(0, "weight"), Self(1, "weight", .inputsFirst)],
    "MatMulInteger": [Self(0, "weight"), Self(1, "weight", .inputsFirst)],
    "MatMulIntegerToFloat": [Self(1, "weight", .inputsFirst), Self(6, "bias")],
    "DynamicQuantizeMatMul": [Self(1, "weight", .inputsFirst), Self(4, "bias")],
    "QLinearMatMul": [Self(3, "weight", .inputsFirst)],
    "FusedMatMul": [Self(1, "weight", .inputsFirstUnless("transB"))],
    "Gemm": [Self(1, "weight", .inputsFirstUnless("transB")), Self(2, "bias")],
    "FusedGemm": [Self(1, "weight", .inputsFirstUnless("transB")), Self(2, "bias")],
    "QGemm": [Self(3, "weight", .inputsFirstUnless("transB")), Self(6, "bias")],
    "MatMulNBits": [Self(1, "weight"), Self(5, "bias")],
    "MatMulBnb4": [Self(1, "weight")],
    "Attention": [Self(1, "weight", .inputsFirst), Self(2, "bias")],
    "QAttention": [Self(1, "weight", .inputsFirst), Self(2, "bias")],
    "QMoE": [
      Self(2, "fc1.weight"), Self(4, "fc1.bias"), Self(5, "fc2.weight"), Self(7, "fc2.bias"),
      Self(8, "fc3.weight"), Self(10, "fc3.bias"),
    ],
    "Conv": [Self(1, "weight"), Self(2, "bias")],
    "FusedConv": [Self(1, "weight"), Self(2, "bias")],
    "ConvTranspose": [Self(1, "weight"), Self(2, "bias")],
    "ConvInteger": [Self(1, "weight")],
    "QLinearConv": [Self(3, "weight"), Self(8, "bias")],
    "Gather": [Self(0, "weight")],
    "GatherBlockQuantized": [Self(0, "weight")],
    "LayerNormalization": [Self(1, "weight"), Self(2, "bias")],
    "SimplifiedLayerNormalization": [Self(1, "weight")],
    "RMSNormalization": [Self(1, "weight")],
    "SkipLayerNormalization": [Self(2, "weight"), Self(3, "bias")],
    "SkipSimplifiedLayerNormalization": [Self(2, "weight")],
    "InstanceNormalization": [Self(1, "weight"), Self(2, "bias")],
    "GroupNormalization": [Self(1, "weight"), Self(2, "bias")],
    "BatchNormalization": [
      Self(1, "weight"), Self(2, "bias"), Self(3, "running_mean"), Self(4, "running_var"),
    ],
    "PRelu": [Self(1, "weight")],
    "Add": [Self(0, "bias", isVector: true), Self(1, "bias", isVector: true)],
    "Mul": [Self(0, "weight", isVector: true), Self(1, "weight", isVector: true)],
  ]

  /// Quantised operations: which inputs are the scale and the zero point of the weight.
  static let scales: [String: (weight: Int, scale: Int, zero: Int?)] = [
    "MatMulIntegerToFloat": (1, 3, 5), "DynamicQuantizeMatMul": (1, 2, 3),
    "QLinearMatMul": (3, 4, 5), "QGemm": (3, 4, 5), "QLinearConv": (3, 4, 5),
    "QAttention": (1, 4, 7),
  ]

  /// Operations on codes that are not decoded: which inputs are codes, and which their scales.
  static let undecoded: [String: [(weight: Int, scale: Int)]] = [
    "QMoE": [(2, 3), (5, 6), (8, 9)]
  ]

  /// Operations whose result is their first input in another form.
  static let forms: Set<String> = [
    "Identity", "Cast", "CastLike", "QuantizeLinear", "Reshape", "Squeeze", "Unsqueeze", "Flatten",
    "Transpose",
  ]
}
