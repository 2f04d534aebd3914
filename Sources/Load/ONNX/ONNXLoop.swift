/// What a `Loop` or a `Scan` gives to its body.
///
/// - Source: the operator schemas of ONNX.
struct ONNXLoop {
  /// A value that is handed from step to step.
  struct Carried {
    /// What it is called around the loop, and in its body.
    var outer: String
    var inner: String
    /// Whether the body hands on another value than it was given.
    var isChanged: Bool
  }

  private(set) var carried: [Carried] = []

  /// Nil for other operations.
  init?(
    _ node: ONNXNode, _ body: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    guard ["Loop", "Scan"].contains(node.operation) else { return nil }
    let isLoop = node.operation == "Loop"
    let (inputs, outputs) = try Self.ends(of: body, file: file, limits: limits)
    // A loop's body is given the count and the condition first, and hands the condition on first.
    let first = isLoop ? 2 : 0
    let end = min(
      isLoop ? node.inputs.count : node.inputs.count - (node.number("num_scan_inputs") ?? 0),
      inputs.count)
    guard first < end else { return }
    for place in first..<end {
      guard let outer = node.input(place), !inputs[place].isEmpty else { continue }
      let next = place - (isLoop ? 1 : 0)
      carried.append(
        Carried(
          outer: outer, inner: inputs[place],
          isChanged: next >= outputs.count || outputs[next] != inputs[place]))
    }
  }

  /// Names of what a graph is given, and of what it puts out.
  private static func ends(
    of graph: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) -> (inputs: [String], outputs: [String]) {
    var (inputs, outputs): ([String], [String]) = ([], [])
    var fields = ProtobufFields(graph, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      guard [11, 12].contains(field.number), case .bytes(let bytes) = field.value else { continue }
      let name = try name(ofValue: bytes, file: file, limits: limits)
      if field.number == 11 { inputs.append(name) } else { outputs.append(name) }
    }
    return (inputs, outputs)
  }

  /// The name in a `ValueInfoProto`.
  private static func name(
    ofValue message: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) -> String {
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      if field.number == 1, case .bytes(let bytes) = field.value {
        return try ONNXTensor.text(bytes, file: file, limits: limits)
      }
    }
    return ""
  }
}
