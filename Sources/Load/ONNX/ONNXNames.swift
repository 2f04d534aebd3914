/// Names of weights in ONNX graphs: those that exporters kept of the model's own, and those that nodes
/// tell where exporters made new ones.
enum ONNXNames {
  /// The path of the module that a node was made of; nil where it has none.
  ///
  /// `/layer1/layer1.0/conv1/Conv` is of `layer1.0.conv1`, as is what torch's exporter of graphs notes
  /// as `['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']`.
  static func module(of node: ONNXNode) -> String? {
    if let scopes = node.scopes {
      // The list ends with the node itself.
      let names = scopes.split(separator: "'", omittingEmptySubsequences: false)
      let texts = stride(from: 1, to: names.count, by: 2).map { String(names[$0]) }
      return texts.dropLast().last.flatMap { $0.isEmpty ? nil : $0 }
    }
    guard node.name.hasPrefix("/") else { return nil }
    var path: [Substring] = []
    for step in node.name.split(separator: "/").dropLast() {
      // A list's member has the list's name before its own.
      if let last = path.last, step.hasPrefix("\(last).") { path.removeLast() }
      path.append(step)
    }
    return path.isEmpty ? nil : path.joined(separator: ".")
  }

  /// What quantisers put behind a name.
  private static let quantised = [
    "_quantized", "_DequantizeLinear_Output", "_DQ_Q4", "_DQ_Q8", "_Q2", "_Q4", "_Q8", "_quant",
    "_Bnb4",
  ]

  private static let turned = "_Transposed"

  /// A name without what quantisers put behind it.
  static func unquantised(_ name: String) -> String {
    var name = name.replacing(/_(Q[248])(G[0-9]+)?$/, with: { "_\($0.output.1)" })
    for ending in quantised where name.hasSuffix(ending) {
      name = String(name.dropLast(ending.count))
      // Before codes are made of them, quantisers turn matrices.
      if name.hasSuffix(turned) { name = String(name.dropLast(turned.count)) }
      break
    }
    return name
  }

  /// Whether a name is one that an exporter counted up: `onnx::MatMul_123`, `val_12`, `/conv/Conv_output_0`.
  static func isAnonymous(_ name: String) -> Bool {
    if name.isEmpty || name.hasPrefix("onnx::") { return true }
    if name.wholeMatch(of: /.*(_output|lifted_tensor)_[0-9]+/) != nil { return true }
    return name.wholeMatch(of: /[A-Za-z_]*[0-9]+/) != nil
      && name.wholeMatch(of: /[A-Za-z]+[0-9]+/) == nil
  }

  /// A name that tells, in the words of the model's own framework: TensorFlow puts the reading of a
  /// variable into it, and the builder of ONNX Runtime GenAI the operation.
  static func plain(_ name: String) -> String {
    for (ending, parameter) in tensorFlow where name.hasSuffix(ending) {
      return "\(name.dropLast(ending.count))/\(parameter)"
    }
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if let last = parts.last, last == "qweight" { parts[parts.count - 1] = "weight" }
    if parts.count > 2, ["MatMul", "Gemm", "Add"].contains(parts[parts.count - 2]) {
      parts.remove(at: parts.count - 2)
      // Its module of attention, too, has a name of its own.
      if parts.count > 3, parts[parts.count - 3] == "attn" { parts[parts.count - 3] = "self_attn" }
    }
    if parts.count == 5, parts[1] == "layers", parts[3] == "final_norm_layernorm" {
      parts.replaceSubrange(1...3, with: ["norm"])
    }
    return parts.joined(separator: ".")
  }

  /// What reading a variable is called in graphs of TensorFlow.
  private static let tensorFlow = [
    ("/MatMul/ReadVariableOp:0", "kernel"), ("/Conv2D/ReadVariableOp:0", "kernel"),
    ("/BiasAdd/ReadVariableOp:0", "bias"), ("/MatMul/ReadVariableOp", "kernel"),
    ("/BiasAdd/ReadVariableOp", "bias"),
  ]

  /// What Keras calls a variable that a graph of TensorFlow reads:
  /// `lower/gru_cell/recurrent_kernel` is read as `lower/while/gru_cell/Cast_1/ReadVariableOp/resource:0`.
  ///
  /// Nil for other names, and where the graph does not tell what it is for.
  static func keras(_ name: String, _ tensor: ONNXTensor, use: ONNXModel.Use?) -> String? {
    var path = name.split(separator: "/")
    guard var last = path.popLast() else { return nil }
    if let colon = last.lastIndex(of: ":"), last[last.index(after: colon)...].allSatisfy(\.isNumber)
    {
      last = last[..<colon]
    }
    if last == "resource", let before = path.popLast() { last = before }
    guard last == "ReadVariableOp", let operation = path.popLast() else { return nil }
    path.removeAll { $0 == "while" }
    guard let layer = path.last else { return nil }
    func isCell(_ name: Substring) -> Bool { name.hasSuffix("_cell") || name.contains("_cell_") }
    // A GRU's cell that resets before it multiplies reads the state's kernel itself, to take it apart.
    if isCell(operation), tensor.shape.count == 2, tensor.shape[1].isMultiple(of: 3),
      tensor.shape[1] / 3 == tensor.shape[0]
    {
      return "\(path.joined(separator: "/"))/\(operation)/recurrent_kernel"
    }
    let parameter: String? =
      switch (use?.operation, use?.parameter) {
      case ("MatMul", "weight"), ("Gemm", "weight"):
        use?.isOfState ?? false ? "recurrent_kernel" : "kernel"
      case ("Conv", "weight"), ("ConvTranspose", "weight"): "kernel"
      case ("Gather", "weight"): "embeddings"
      case (_, "bias") where operation.hasPrefix("BiasAdd"): "bias"
      // Both biases of a GRU layer are one variable.
      case (nil, nil) where isCell(layer) && operation == "split" && tensor.shape.count == 2: "bias"
      default: nil
      }
    return parameter.map { "\(path.joined(separator: "/"))/\($0)" }
  }

  /// Whether a matrix lies as Keras has it.
  static func isKernelOfKeras(_ name: String) -> Bool {
    name.hasSuffix("/kernel") || name.hasSuffix("/recurrent_kernel")
  }

  /// What a tensor is called, all told.
  static func name(of tensor: ONNXTensor, use: ONNXModel.Use?) -> String {
    let own = unquantised(tensor.name)
    if let variable = keras(own, tensor, use: use) { return variable }
    if isAnonymous(own), let use, let module = use.module { return "\(module).\(use.parameter)" }
    return plain(own)
  }
}
