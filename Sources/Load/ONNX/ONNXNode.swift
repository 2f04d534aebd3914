/// An operation of a graph: `NodeProto`.
struct ONNXNode {
  var inputs: [String] = []
  var outputs: [String] = []
  var name = ""
  var operation = ""
  /// Modules around it, as torch's exporter notes them beside; nil where it does not.
  var scopes: String?
  /// Attributes that are whole numbers, or lists of them.
  var numbers: [String: [Int]] = [:]
  /// The attribute `value` of constants.
  var tensor: ONNXTensor?
  /// Bodies of conditions and loops.
  var graphs: [Slice<UnsafeRawBufferPointer>] = []
  /// Whether it holds a tensor in a form that is not read.
  var holdsSparse = false

  private static let scopesKey = "pkg.torch.onnx.name_scopes"
  /// Numbers, or bytes of them, of an attribute that is kept.
  private static let mostNumbers = 64
  private static let mostGraphs = 1000

  init(
    _ message: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value else { continue }
      switch field.number {
      case 1: inputs.append(try ONNXTensor.text(bytes, file: file, limits: limits))
      case 2: outputs.append(try ONNXTensor.text(bytes, file: file, limits: limits))
      case 3: name = try ONNXTensor.text(bytes, file: file, limits: limits)
      case 4: operation = try ONNXTensor.text(bytes, file: file, limits: limits)
      case 5: try readAttribute(bytes, file: file, limits: limits)
      case 9: try readProperty(bytes, file: file)
      default: continue
      }
    }
  }

  func input(_ number: Int) -> String? {
    number < inputs.count && !inputs[number].isEmpty ? inputs[number] : nil
  }

  func number(_ key: String) -> Int? { numbers[key]?.first }

  private mutating func readAttribute(
    _ message: Slice<UnsafeRawBufferPointer>, file: String, limits: LoadLimits
  ) throws(LoadError) {
    var key = ""
    var values: [UInt64] = []
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let bytes)): key = try ONNXTensor.text(bytes, file: file, limits: limits)
      case (3, .varint(let value)): values.append(value)
      case (8, .varint(let value)): if values.count < Self.mostNumbers { values.append(value) }
      case (8, .bytes(let packed)):
        guard packed.count <= Self.mostNumbers else { continue }
        values += try ProtobufFields.varints(packed, file: file, code: .headerMalformed)
      case (5, .bytes(let bytes)):
        tensor = try ONNXTensor(bytes, file: file, limits: limits)
      case (6, .bytes(let bytes)), (11, .bytes(let bytes)):
        guard graphs.count < Self.mostGraphs else {
          throw LoadError(
            .limitExceeded, "a node has more than \(Self.mostGraphs) graphs", file: file,
            offset: UInt64(bytes.startIndex))
        }
        graphs.append(bytes)
      case (22, .bytes), (23, .bytes): holdsSparse = true
      default: continue
      }
    }
    numbers[key] = values.map { Int(Int64(bitPattern: $0)) }
  }

  private mutating func readProperty(
    _ message: Slice<UnsafeRawBufferPointer>, file: String
  ) throws(LoadError) {
    let property = try ONNXProperty(message, file: file)
    if property.key == Self.scopesKey { scopes = property.value }
  }
}

/// A key with a text: `StringStringEntryProto`.
struct ONNXProperty {
  var key = ""
  var value = ""

  /// Longer ones are nothing that is asked for.
  private static let mostBytes = 4096

  init(_ message: Slice<UnsafeRawBufferPointer>, file: String) throws(LoadError) {
    var fields = ProtobufFields(message, file: file, code: .headerMalformed)
    while let field = try fields.next() {
      guard case .bytes(let bytes) = field.value, bytes.count <= Self.mostBytes else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      if field.number == 1 { key = text }
      if field.number == 2 { value = text }
    }
  }
}
