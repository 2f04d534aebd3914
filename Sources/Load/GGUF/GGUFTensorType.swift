/// A type of tensors: how many numbers lie in how many bytes, and how they are read.
struct GGUFTensorType: Sendable {
  enum Form: Sendable {
    case plain(ElementType)
    case encoded(any TensorDecoding)
    /// Known by name and size only, or by name.
    case notDecoded
  }

  let id: UInt32
  let name: String
  /// Numbers of a block.
  let elements: Int
  /// Bytes of a block; 0 where files have none of the type.
  let bytes: Int
  let form: Form

  private init(_ id: UInt32, _ name: String, _ elements: Int, _ bytes: Int, _ form: Form) {
    (self.id, self.name, self.elements, self.bytes, self.form) = (id, name, elements, bytes, form)
  }

  private init<Block: GGUFBlock>(_ id: UInt32, _ block: Block.Type) {
    self.init(id, Block.name, Block.elements, Block.bytes, .encoded(GGUFBlocks<Block>()))
  }

  private init(_ id: UInt32, _ name: String, _ type: ElementType) {
    self.init(id, name, 1, type.bitWidth / 8, .plain(type))
  }

  /// - Source: `ggml.h`; forks have further ids of their own, and others for these.
  static let all: [GGUFTensorType] = [
    Self(0, "F32", .float32), Self(1, "F16", .float16), Self(2, Q4Zero.self), Self(3, Q4One.self),
    Self(4, "Q4_2", 32, 0, .notDecoded), Self(5, "Q4_3", 32, 0, .notDecoded),
    Self(6, Q5Zero.self), Self(7, Q5One.self), Self(8, Q8Zero.self),
    // Of activations while a model runs.
    Self(9, "Q8_1", 32, 36, .notDecoded),
    Self(10, Q2K.self), Self(11, Q3K.self), Self(12, Q4K.self), Self(13, Q5K.self),
    Self(14, Q6K.self), Self(15, "Q8_K", 256, 292, .notDecoded),
    Self(16, IQ2XXS.self), Self(17, IQ2XS.self), Self(18, IQ3XXS.self), Self(19, IQ1S.self),
    Self(20, IQ4NL.self), Self(21, IQ3S.self), Self(22, IQ2S.self), Self(23, IQ4XS.self),
    Self(24, "I8", .int8), Self(25, "I16", .int16), Self(26, "I32", .int32),
    Self(27, "I64", .int64), Self(28, "F64", .float64), Self(29, IQ1M.self),
    Self(30, "BF16", .bfloat16),
    // Q4_0 with rows interleaved for processors, which are no longer written.
    Self(31, "Q4_0_4_4", 32, 18, .notDecoded), Self(32, "Q4_0_4_8", 32, 18, .notDecoded),
    Self(33, "Q4_0_8_8", 32, 18, .notDecoded),
    Self(34, TQ1Zero.self), Self(35, TQ2Zero.self),
    Self(36, "IQ4_NL_4_4", 32, 18, .notDecoded), Self(37, "IQ4_NL_4_8", 32, 18, .notDecoded),
    Self(38, "IQ4_NL_8_8", 32, 18, .notDecoded), Self(39, MXFP4Block.self),
    Self(
      40, NVFP4Block.name, NVFP4Block.elements, NVFP4Block.bytes,
      .encoded(ScaledNVFP4Blocks(elementsPerScale: 0))),
    // No library decodes these yet, against which a reader could be held.
    Self(41, "Q1_0", 128, 18, .notDecoded), Self(42, "Q2_0", 64, 18, .notDecoded),
  ]

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  static func known(_ id: UInt32) -> GGUFTensorType? { byID[id] }

  /// Bytes that numbers of this shape take.
  ///
  /// Nil if rows are no whole blocks, or there are more bytes than can be counted.
  func byteCount(of shape: [Int]) -> Int? {
    guard let count = shape.productIfCounted, (shape.last ?? 1).isMultiple(of: elements) else {
      return nil
    }
    let (product, overflow) = (count / elements).multipliedReportingOverflow(by: bytes)
    return overflow ? nil : product
  }
}
