package import Load

extension Tensor {
  /// A tensor in memory, its values rounded to the element type.
  package init(
    _ name: String, _ shape: [Int], _ values: [Float], as type: ElementType = .float32,
    axisOrder: AxisOrder = .outputFirst
  ) {
    self.init(
      name: name, elementType: type, shape: shape, axisOrder: axisOrder,
      storage: MemoryStorage(type.bytes(of: values)))
  }
}

extension ElementType {
  /// Little-endian bytes of values rounded to the nearest, ties to even.
  package func bytes(of values: [Float]) -> [UInt8] {
    func pack<T: FixedWidthInteger>(_ codes: [T]) -> [UInt8] {
      codes.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }
    return switch self {
    case .float64: pack(values.map { Double($0).bitPattern })
    case .float16: pack(values.map { Self.float16Pattern($0) })
    case .bfloat16: pack(values.map { Self.bfloat16Pattern($0) })
    default: pack(values.map(\.bitPattern))
    }
  }

  /// The value after a round trip through the type.
  package func rounded(_ value: Float) -> Float {
    switch self {
    case .bfloat16: Float(bitPattern: UInt32(Self.bfloat16Pattern(value)) << 16)
    case .float16: Float(Float16(value))
    default: value
    }
  }

  private static func float16Pattern(_ value: Float) -> UInt16 { Float16(value).bitPattern }

  private static func bfloat16Pattern(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(bits >> 16) | 0x40 }
    return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }
}

extension Checkpoint {
  /// A checkpoint in memory.
  package init(
    _ name: String, tensors: [Tensor], config: JSONValue? = nil, tokens: [[UInt8]] = []
  ) {
    let vocabulary =
      tokens.isEmpty
      ? nil
      : Vocabulary(
        tokens: Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($0, $1) }),
        source: "memory")
    self.init(
      name: name, path: "memory/\(name)", format: .safetensors, tensors: tensors,
      metadata: ModelMetadata(config: config, vocabulary: vocabulary), files: [])
  }
}
