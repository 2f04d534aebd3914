/// What a TensorFlow 2 checkpoint says of the objects that its variables belong to.
///
/// `tensorflow/core/protobuf/trackable_object_graph.proto`. Keys follow the attributes of Python's
/// objects (`model/_functional/_operations/1/_kernel/.ATTRIBUTES/VARIABLE_VALUE`); the graph has the
/// names that people gave (`sequential/conv2d/kernel`).
struct ObjectGraph {
  static let key = "_CHECKPOINTABLE_OBJECT_GRAPH"

  /// The full name of each key's variable.
  private(set) var names: [String: String] = [:]

  /// - Parameter bytes: of the one text under `key`: its length, a checksum, and itself.
  init(_ bytes: UnsafeRawBufferPointer, file: String, limits: LoadLimits) throws(LoadError) {
    var numbers = TableNumbers(bytes)
    guard let length = numbers.next(), numbers.take(4) != nil, let text = numbers.take(length)
    else {
      throw LoadError(
        .headerMalformed, "the graph of its objects is malformed", file: file, tensor: Self.key)
    }
    var graph = ProtobufFields(text, file: file)
    while let field = try graph.next() {
      guard field.number == 1, case .bytes(let node) = field.value else { continue }
      var object = ProtobufFields(node, file: file)
      while let field = try object.next() {
        guard field.number == 2, case .bytes(let attribute) = field.value else { continue }
        try take(attribute, file: file, limits: limits)
      }
    }
  }

  private mutating func take(
    _ attribute: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    var (name, key) = ("", "")
    var fields = ProtobufFields(attribute, file: file)
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value, bytes.count <= limits.nameByteCount else {
        continue
      }
      if field.number == 2 { name = String(decoding: bytes, as: UTF8.self) }
      if field.number == 3 { key = String(decoding: bytes, as: UTF8.self) }
    }
    guard !name.isEmpty, !key.isEmpty else { return }
    guard names.count < limits.tensorCount else {
      throw LoadError(
        .tooManyTensors, "the graph names more than \(limits.tensorCount) variables", file: file)
    }
    names[key] = name
  }
}
