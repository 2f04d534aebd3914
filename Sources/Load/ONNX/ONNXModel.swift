/// What an ONNX file holds: its tensors, and what its graph does with them.
///
/// - Source: `onnx.proto`, whose numbers of fields these are.
struct ONNXModel {
  /// A tensor as a value of a graph.
  struct Value {
    var tensor: Int
    /// Whether a matrix is turned.
    var isTransposed = false
    /// Whether its axes are others by now.
    var isReshaped = false

    var isChanged: Bool { isTransposed || isReshaped }
  }

  /// What a tensor is in the network.
  struct Use {
    var parameter: String
    /// Whether a matrix is `[in, out]`.
    var inputsFirst: Bool
    /// The path of the module; nil where nothing says.
    var module: String?
    var operation: String
    /// Whether it is multiplied with what a loop carries from step to step.
    var isOfState = false
  }

  let file: String
  let limits: LoadLimits
  /// Of all graphs, in their order.
  private(set) var tensors: [ONNXTensor] = []
  private(set) var uses: [Int: Use] = [:]
  /// How codes are decoded, by tensor.
  private(set) var quantisations: [Int: ONNXQuantisation] = [:]
  private(set) var recurrences: [ONNXRecurrence] = []
  /// Arrays that are recurrent layers' already, and layers of each module.
  private var recurrent: Set<Int> = []
  private var layerCounts: [LayerKey: Int] = [:]

  private struct LayerKey: Hashable {
    var module: String?
    var kind: ONNXRecurrence.Kind
  }

  /// What the file says of the model.
  private(set) var strings: [String: String] = [:]
  private(set) var functionCount = 0
  /// Tensors in forms that are not read.
  private(set) var sparse: [String] = []

  private var scopes: [Scope] = []
  private var nodeCount = 0
  private var hasGraph = false

  /// The values of a graph, which may be those of the graph around it.
  private struct Scope {
    var parent: Int?
    var values: [String: Value] = [:]
    /// What a loop carries from step to step, and changes.
    var states: Set<String> = []
  }

  private static let deepest = 16
  private static let mostProperties = 1000
  private static let mostSparse = 10_000

  init(
    _ message: UnsafeRawBufferPointer, file: String, limits: LoadLimits
  ) throws(LoadError) {
    (self.file, self.limits) = (file, limits)
    var fields = fields(message[...])
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value else { continue }
      switch field.number {
      case 7:
        guard !hasGraph else {
          throw LoadError(
            .headerMalformed, "has two graphs", file: file, offset: UInt64(bytes.startIndex))
        }
        hasGraph = true
        try walk(graph: bytes, of: nil, parent: nil, depth: 0)
      case 14:
        let property = try ONNXProperty(bytes, file: file)
        if strings.count < Self.mostProperties { strings[property.key] = property.value }
      case 25: try walk(function: bytes)
      default: continue
      }
    }
    guard hasGraph else { throw LoadError(.headerMalformed, "has no graph", file: file) }
    scopes = []
  }

  private func fields(_ message: Slice<UnsafeRawBufferPointer>) -> ProtobufFields {
    ProtobufFields(message, file: file, code: .headerMalformed)
  }

  // MARK: Graphs

  /// - Parameter node: whose body it is.
  private mutating func walk(
    graph: Slice<UnsafeRawBufferPointer>, of node: ONNXNode?, parent: Int?, depth: Int
  ) throws(LoadError) {
    guard depth < Self.deepest else {
      throw LoadError(
        .nestingTooDeep, "has graphs in graphs, more than \(Self.deepest) deep", file: file,
        offset: UInt64(graph.startIndex))
    }
    let scope = scopes.count
    scopes.append(Scope(parent: parent))
    // Nodes come before the tensors that they use.
    var fields = fields(graph)
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value else { continue }
      if field.number == 5 {
        let tensor = try ONNXTensor(bytes, file: file, limits: limits)
        try add(tensor, as: tensor.name, in: scope)
      }
      if field.number == 15 { try addSparse(sparseName(bytes)) }
    }
    if let loop = try node.flatMap({ (node) throws(LoadError) in
      try ONNXLoop(node, graph, file: file, limits: limits)
    }) {
      bind(loop, in: scope)
    }
    fields = self.fields(graph)
    while let field = try fields.next() {
      guard field.number == 1, case .bytes(let bytes) = field.value else { continue }
      try visit(self.node(bytes), in: scope, depth: depth)
    }
  }

  /// Weights that a loop is given are those of its body.
  private mutating func bind(_ loop: ONNXLoop, in scope: Int) {
    for carried in loop.carried {
      if carried.isChanged {
        scopes[scope].states.insert(carried.inner)
      } else if let value = value(carried.outer, in: scope),
        scopes[scope].values[carried.inner] == nil
      {
        scopes[scope].values[carried.inner] = value
      }
    }
  }

  /// Functions are called with weights; their own constants are read as others are.
  private mutating func walk(function: Slice<UnsafeRawBufferPointer>) throws(LoadError) {
    functionCount += 1
    let scope = scopes.count
    scopes.append(Scope())
    var fields = fields(function)
    while let field = try fields.next() {
      guard field.number == 7, case .bytes(let bytes) = field.value else { continue }
      try visit(node(bytes), in: scope, depth: 0)
    }
  }

  private mutating func node(
    _ message: Slice<UnsafeRawBufferPointer>
  ) throws(LoadError) -> ONNXNode {
    nodeCount += 1
    guard nodeCount <= limits.jsonValueCount else {
      throw LoadError(
        .limitExceeded, "has more than \(limits.jsonValueCount) nodes", file: file,
        offset: UInt64(message.startIndex))
    }
    return try ONNXNode(message, file: file, limits: limits)
  }

  /// The name of the values of a `SparseTensorProto`.
  private func sparseName(_ message: Slice<UnsafeRawBufferPointer>) throws(LoadError) -> String {
    var fields = fields(message)
    while let field = try fields.next() {
      if field.number == 1, case .bytes(let bytes) = field.value {
        return try ONNXTensor(bytes, file: file, limits: limits).name
      }
    }
    return ""
  }

  private mutating func addSparse(_ name: String) throws(LoadError) {
    guard sparse.count < Self.mostSparse else {
      throw LoadError(
        .tooManyTensors, "has more than \(Self.mostSparse) sparse tensors", file: file)
    }
    sparse.append(name)
  }

  private mutating func add(
    _ tensor: ONNXTensor, as name: String, in scope: Int
  ) throws(LoadError) {
    guard tensors.count < limits.tensorCount else {
      throw LoadError(
        .tooManyTensors, "has more than \(limits.tensorCount) tensors", file: file,
        offset: UInt64(tensor.offset))
    }
    guard scopes[scope].values[name] == nil || name.isEmpty else {
      throw tensor.problem(.duplicateKey, "is there twice", file: file)
    }
    var tensor = tensor
    tensor.name = name
    scopes[scope].values[name] = Value(tensor: tensors.count)
    tensors.append(tensor)
  }

  private func value(_ name: String?, in scope: Int) -> Value? {
    guard let name else { return nil }
    var scope: Int? = scope
    while let place = scope {
      if let value = scopes[place].values[name] { return value }
      scope = scopes[place].parent
    }
    return nil
  }

  // MARK: Nodes

  private mutating func visit(_ node: ONNXNode, in scope: Int, depth: Int) throws(LoadError) {
    if node.holdsSparse { try addSparse(node.outputs.first ?? node.name) }
    if node.operation == "Constant", let tensor = node.tensor, let name = node.outputs.first {
      try add(tensor, as: name, in: scope)
    }
    for graph in node.graphs {
      try walk(graph: graph, of: node, parent: scope, depth: depth + 1)
    }
    if ONNXOperand.forms.contains(node.operation) { return passOn(node, in: scope) }
    let inputs = node.inputs.indices.map { value(node.input($0), in: scope) }
    guard inputs.contains(where: { $0 != nil }) else { return }
    for found in ONNXQuantisation.said(by: node, of: inputs, tensors) {
      // Of codes that are read in two ways nobody knows which the network uses.
      if let known = quantisations[found.weight], known != found.how {
        quantisations[found.weight]?.form = .other("codes that are read in two ways")
      } else {
        quantisations[found.weight] = found.how
      }
    }
    if node.operation == "DequantizeLinear", let output = node.outputs.first,
      let weight = inputs.first ?? nil
    {
      scopes[scope].values[output] = weight
    }
    let isDynamic = node.operation == ONNXRecurrence.dynamic
    if let kind = isDynamic ? .lstm : ONNXRecurrence.Kind(rawValue: node.operation) {
      let module = ONNXNames.module(of: node)
      let key = LayerKey(module: module, kind: kind)
      let layer = layerCounts[key, default: 0]
      if let found = ONNXRecurrence(
        kind, isDynamic: isDynamic, module: module, layer: layer, inputs, tensors),
        recurrent.isDisjoint(with: found.parts.map(\.tensor))
      {
        recurrent.formUnion(found.parts.map(\.tensor))
        layerCounts[key] = layer + 1
        recurrences.append(found)
      }
      return
    }
    take(node, inputs, ofState: node.input(0).map { scopes[scope].states.contains($0) } ?? false)
  }

  /// A weight in another form is the same weight.
  private mutating func passOn(_ node: ONNXNode, in scope: Int) {
    guard var value = value(node.input(0), in: scope), let output = node.outputs.first else {
      return
    }
    switch node.operation {
    case "Transpose":
      if tensors[value.tensor].shape.count == 2, !value.isReshaped {
        if node.numbers["perm"] ?? [1, 0] == [1, 0] { value.isTransposed.toggle() }
      } else {
        value.isReshaped = true
      }
    case "Reshape", "Squeeze", "Unsqueeze", "Flatten": value.isReshaped = true
    default: break
    }
    scopes[scope].values[output] = value
  }

  private mutating func take(_ node: ONNXNode, _ inputs: [Value?], ofState: Bool) {
    for operand in ONNXOperand.all[node.operation] ?? [] where operand.input < inputs.count {
      guard let value = inputs[operand.input], uses[value.tensor] == nil else { continue }
      let tensor = tensors[value.tensor]
      guard tensor.shape.count == 1 || !operand.isVector, tensor.count > 1 else { continue }
      var inputsFirst =
        switch operand.layout {
        case .asStored: false
        case .inputsFirst: true
        case .inputsFirstUnless(let attribute): node.number(attribute) != 1
        }
      if value.isTransposed { inputsFirst.toggle() }
      uses[value.tensor] = Use(
        parameter: operand.parameter,
        inputsFirst: inputsFirst && !value.isReshaped && tensor.shape.count == 2,
        module: ONNXNames.module(of: node), operation: node.operation,
        isOfState: ofState && operand.input > 0)
    }
  }
}
