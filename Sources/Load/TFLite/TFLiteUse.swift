/// Operations that have weights, by their numbers.
///
/// - Source: `schema.fbs`, `BuiltinOperator`.
enum TFLiteOperation: Int {
  case add = 0
  case convolution = 3
  case depthwise = 4
  case dequantize = 6
  case lookup = 7
  case fullyConnected = 9
  case multiply = 18
  case gather = 36
  case subtract = 41
  case transposedConvolution = 67
  case batchMatrices = 126
  case convolution3D = 132
  case transposedConvolution3D = 135

  /// Which inputs are weights, and what Keras calls them.
  var operands: [(input: Int, parameter: String)] {
    switch self {
    case .convolution, .fullyConnected, .convolution3D: [(1, "kernel"), (2, "bias")]
    case .depthwise: [(1, "depthwise_kernel"), (2, "bias")]
    case .transposedConvolution, .transposedConvolution3D: [(1, "kernel"), (3, "bias")]
    case .lookup: [(1, "embeddings")]
    case .gather: [(0, "embeddings")]
    case .batchMatrices: [(1, "kernel")]
    case .add, .subtract: [(0, "beta"), (1, "beta")]
    case .multiply: [(0, "gamma"), (1, "gamma")]
    case .dequantize: []
    }
  }
}

/// What a tensor is to the operation that uses it first.
struct TFLiteUse {
  var operation: TFLiteOperation
  var parameter: String
  /// The name of what the operation puts out.
  var result: String?
  /// The name of the operation's kernel, where this is what stands beside it.
  var kernel: String?
  /// Outputs of each channel of a depthwise convolution.
  var multiplier: Int
}

/// Names of weights, as Keras gives them.
enum TFLiteNames {
  /// What operations add behind the path of a layer.
  private static let steps: Set<String> = [
    "MatMul", "Conv2D", "Conv3D", "Conv1D", "BiasAdd", "ReadVariableOp", "convolution", "depthwise",
    "conv_transpose", "Relu", "Relu6", "Sigmoid", "Tanh", "Softmax", "add", "Add", "mul",
    "GatherV2", "embedding_lookup", "Squeeze", "ExpandDims", "Tensordot", "transpose", "Reshape",
    "while", "while_body",
  ]

  /// The path of the layer that a name is of; nil where it has none.
  ///
  /// `sequential/dense_1/MatMul;sequential/dense_1/BiasAdd` is of `sequential/dense_1`.
  static func layer(_ name: String?) -> String? {
    guard let first = name?.split(separator: ";").first else { return nil }
    var path = first.split(separator: "/")
    guard path.count > 1 else { return nil }
    while path.count > 1, let last = path.last, isStep(last) { path.removeLast() }
    // A recurrent layer is a loop about its cell.
    return path.filter { $0 != "while" }.joined(separator: "/")
  }

  private static func isStep(_ word: Substring) -> Bool {
    // The converter counts what has the same name.
    var word = String(word)
    if steps.contains(word) { return true }
    while let last = word.last, last.isNumber { word.removeLast() }
    if word.hasSuffix("_") { word.removeLast() }
    return steps.contains(word) || word == "strided_slice"
  }

  /// Whether a name is one that the converter made.
  static func isAnonymous(_ name: String) -> Bool {
    name.isEmpty || name.wholeMatch(of: /(arith|tfl|std)\.[A-Za-z_.]*[0-9]*|[0-9]+/) != nil
  }

  /// What a weight is in its layer, where its own name says more than the operation: cells multiply
  /// inputs first and the state then.
  private static func parameter(of name: String, in layer: String, _ use: TFLiteUse) -> String {
    if name.contains("/BiasAdd") { return "bias" }
    let isCell = layer.split(separator: "/").last?.contains("_cell") ?? false
    return isCell && name.contains("/MatMul_1") ? "recurrent_kernel" : use.parameter
  }

  /// What a tensor is called: the layer that it is of, and what it is there.
  static func name(of tensor: TFLiteModel.Tensor) -> String {
    guard let use = tensor.use else { return tensor.name }
    let own = isAnonymous(tensor.name) ? nil : layer(tensor.name)
    let beside = use.kernel.flatMap { isAnonymous($0) ? nil : layer($0) }
    guard let path = own ?? beside ?? layer(use.result) else { return tensor.name }
    return "\(path)/\(parameter(of: tensor.name, in: path, use))"
  }
}
