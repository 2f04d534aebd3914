/// Lays out protocol buffers, correct ones and others.
///
///     var tensor = ProtobufBuilder()
///     tensor.add(1, 3)
///     tensor.add(9, bytes: [0, 0, 128, 63])
package struct ProtobufBuilder {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package static func varint(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    repeat {
      let low = UInt8(truncatingIfNeeded: rest & 0x7F)
      rest >>= 7
      bytes.append(rest == 0 ? low : low | 0x80)
    } while rest != 0
    return bytes
  }

  /// A number of any length.
  package mutating func add(_ field: UInt64, _ value: UInt64) {
    bytes += Self.varint(field << 3) + Self.varint(value)
  }

  /// A text, a message, or packed numbers.
  package mutating func add(_ field: UInt64, bytes value: [UInt8], claiming count: UInt64? = nil) {
    bytes += Self.varint(field << 3 | 2) + Self.varint(count ?? UInt64(value.count)) + value
  }

  package mutating func add(_ field: UInt64, text: String) { add(field, bytes: Array(text.utf8)) }

  /// A number of four bytes.
  package mutating func add(_ field: UInt64, fixed value: UInt32) {
    bytes += Self.varint(field << 3 | 5)
    for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * place))) }
  }

  package mutating func append(_ other: [UInt8]) { bytes += other }
}

/// Parts of ONNX models.
package enum ONNXParts {
  /// A tensor of numbers of four bytes, or whatever the change makes of it.
  package static func tensor(
    _ name: String, _ shape: [UInt64], type: UInt64 = 1, data: [UInt8]? = nil,
    also change: (inout ProtobufBuilder) -> Void = { _ in }
  ) -> [UInt8] {
    var tensor = ProtobufBuilder()
    for extent in shape { tensor.add(1, extent) }
    tensor.add(2, type)
    tensor.add(8, text: name)
    if let data { tensor.add(9, bytes: data) }
    change(&tensor)
    return tensor.bytes
  }

  package static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
  }

  package static func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    numbers: [(key: String, value: Int)] = [], graphs: [[UInt8]] = []
  ) -> [UInt8] {
    var node = ProtobufBuilder()
    for input in inputs { node.add(1, text: input) }
    for output in outputs { node.add(2, text: output) }
    node.add(3, text: name)
    node.add(4, text: operation)
    for (key, value) in numbers {
      var attribute = ProtobufBuilder()
      attribute.add(1, text: key)
      attribute.add(3, UInt64(bitPattern: Int64(value)))
      node.add(5, bytes: attribute.bytes)
    }
    for graph in graphs {
      var attribute = ProtobufBuilder()
      attribute.add(1, text: "body")
      attribute.add(6, bytes: graph)
      node.add(5, bytes: attribute.bytes)
    }
    return node.bytes
  }

  package static func graph(nodes: [[UInt8]] = [], tensors: [[UInt8]]) -> [UInt8] {
    var graph = ProtobufBuilder()
    for node in nodes { graph.add(1, bytes: node) }
    graph.add(2, text: "g")
    for tensor in tensors { graph.add(5, bytes: tensor) }
    return graph.bytes
  }

  package static func model(
    _ graph: [UInt8], also change: (inout ProtobufBuilder) -> Void = { _ in }
  ) -> [UInt8] {
    var model = ProtobufBuilder()
    model.add(1, 10)
    model.add(7, bytes: graph)
    change(&model)
    return model.bytes
  }

  /// What a tensor in another file says of it.
  package static func external(
    _ entries: [(key: String, value: String)]
  ) -> (inout ProtobufBuilder) -> Void {
    { tensor in
      for (key, value) in entries {
        var entry = ProtobufBuilder()
        entry.add(1, text: key)
        entry.add(2, text: value)
        tensor.add(13, bytes: entry.bytes)
      }
      tensor.add(14, 1)
    }
  }
}
