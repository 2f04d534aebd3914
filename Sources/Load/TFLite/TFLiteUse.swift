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
  case lstm = 16
  case multiply = 18
  case recurrent = 24
  case filterMemory = 27
  case sequenceRecurrent = 35
  case gather = 36
  case subtract = 41
  case sequenceLSTM = 44
  case bothWaysRecurrent = 46
  case bothWaysLSTM = 52
  case parametricRelu = 54
  case transposedConvolution = 67
  case batchMatrices = 126
  case convolution3D = 132
  case transposedConvolution3D = 135

  /// Which inputs are weights, and what Keras calls them.
  ///
  /// - Parameter count: of inputs.
  func operands(_ count: Int) -> [(input: Int, parameter: String)] {
    switch self {
    case .convolution, .fullyConnected, .convolution3D: [(1, "kernel"), (2, "bias")]
    case .depthwise: [(1, "depthwise_kernel"), (2, "bias")]
    case .transposedConvolution, .transposedConvolution3D: [(1, "kernel"), (3, "bias")]
    case .lookup: [(1, "embeddings")]
    case .gather: [(0, "embeddings")]
    case .batchMatrices: [(1, "kernel")]
    case .add, .subtract: [(0, "beta"), (1, "beta")]
    case .multiply: [(0, "gamma"), (1, "gamma")]
    case .parametricRelu: [(1, "alpha")]
    case .recurrent, .sequenceRecurrent: [(1, "kernel"), (2, "recurrent_kernel"), (3, "bias")]
    case .filterMemory: [(1, "weights_feature"), (2, "weights_time"), (3, "bias")]
    case .bothWaysRecurrent:
      [
        (1, "kernel"), (2, "recurrent_kernel"), (3, "bias"), (5, "backward_kernel"),
        (6, "backward_recurrent_kernel"), (7, "backward_bias"),
      ]
    // The simple form has all gates in one matrix.
    case .lstm where count == 5: [(2, "kernel"), (3, "bias")]
    case .lstm, .sequenceLSTM:
      Self.gates + Self.norms.enumerated().map { (20 + $0.offset, $0.element) }
    case .bothWaysLSTM: Self.gates + Self.gates.map { (17 + $0.input, "backward_\($0.parameter)") }
    case .dequantize: []
    }
  }

  /// Inputs of an LSTM layer, the first of which is 1.
  private static let gates: [(input: Int, parameter: String)] = [
    "input_to_input_weights", "input_to_forget_weights", "input_to_cell_weights",
    "input_to_output_weights", "recurrent_to_input_weights", "recurrent_to_forget_weights",
    "recurrent_to_cell_weights", "recurrent_to_output_weights", "cell_to_input_weights",
    "cell_to_forget_weights", "cell_to_output_weights", "input_gate_bias", "forget_gate_bias",
    "cell_bias", "output_gate_bias", "projection_weights", "projection_bias",
  ].enumerated().map { ($0.offset + 1, $0.element) }

  private static let norms = [
    "input_layer_norm", "forget_layer_norm", "cell_layer_norm", "output_layer_norm",
  ]
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
  var multiplier = 1
  /// Whether a matrix of several is `[out, in]`.
  var isTurned = false
  /// Whether a dense kernel lies in the order of one processor's instructions.
  var isShuffled = false
  /// Whether it is read with the others of a layer.
  var isOfLayer = false

  /// What the options of the operation say.
  ///
  /// - Source: `schema.fbs`: `DepthwiseConv2DOptions`, `BatchMatMulOptions`, `FullyConnectedOptions`.
  mutating func read(_ options: FlatTable?) throws(LoadError) {
    guard let options else { return }
    switch operation {
    case .depthwise: multiplier = Int(try options.number(3, or: Int32(1)))
    case .batchMatrices: isTurned = try options.number(1, or: UInt8(0)) != 0
    case .fullyConnected:
      isShuffled = try options.number(1, or: Int8(0)) != 0 && parameter != "bias"
    default: break
    }
  }
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

  /// What a weight is in its layer, where names say more than the operation: cells multiply inputs first
  /// and the state then, and add a bias to both if they have two.
  private static func parameter(
    of tensor: TFLiteModel.Tensor, in layer: String, _ use: TFLiteUse
  ) -> String {
    if tensor.name.contains("/BiasAdd") { return "bias" }
    guard layer.split(separator: "/").last?.contains("_cell") ?? false else {
      return use.parameter
    }
    if use.parameter == "bias" {
      return use.kernel?.contains("/MatMul_1") ?? false ? "recurrent_bias" : "bias"
    }
    return tensor.name.contains("/MatMul_1") ? "recurrent_kernel" : use.parameter
  }

  /// What a tensor is called: the layer that it is of, and what it is there.
  static func name(of tensor: TFLiteModel.Tensor) -> String {
    guard let use = tensor.use else { return tensor.name }
    let own = isAnonymous(tensor.name) ? nil : layer(tensor.name)
    let beside = use.kernel.flatMap { isAnonymous($0) ? nil : layer($0) }
    guard let path = own ?? beside ?? layer(use.result) else { return tensor.name }
    return "\(path)/\(parameter(of: tensor, in: path, use))"
  }
}
