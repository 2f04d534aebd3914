import TestSupport
import Testing

@testable import Load

@Suite struct PackedWeightsTests {
  private struct Group: Sendable, CustomTestStringConvertible {
    var scheme: String
    var arrays: [(String, ElementType, [Int])]
    var name = "layers.0.q_proj.weight"
    var shape: [Int]
    var isDecoded = false

    var testDescription: String { scheme }
  }

  private static let q = "layers.0.q_proj."

  private static let groups = [
    Group(
      scheme: "GPTQ",
      arrays: [
        (q + "qweight", .int32, [24, 64]), (q + "qzeros", .int32, [6, 8]),
        (q + "scales", .float16, [6, 64]), (q + "g_idx", .int32, [192]),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "GPTQ",
      arrays: [
        (q + "qweight", .int32, [48, 64]), (q + "qzeros", .int32, [6, 16]),
        (q + "scales", .float16, [6, 64]),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "AWQ",
      arrays: [
        (q + "qweight", .int32, [192, 8]), (q + "qzeros", .int32, [6, 8]),
        (q + "scales", .float16, [6, 64]),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "MLX",
      arrays: [
        (q + "weight", .uint32, [64, 24]), (q + "scales", .bfloat16, [64, 3]),
        (q + "biases", .bfloat16, [64, 3]),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "compressed-tensors pack-quantized",
      arrays: [
        (q + "weight_packed", .int32, [64, 24]), (q + "weight_scale", .bfloat16, [64, 6]),
      ], shape: [64, 192]),
    Group(
      scheme: "NVFP4",
      arrays: [
        (q + "weight", .uint8, [64, 96]), (q + "weight_scale", .float8E4M3, [64, 12]),
        (q + "weight_scale_2", .float32, []),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "MXFP4",
      arrays: [
        ("mlp.experts.up_blocks", .uint8, [4, 64, 6, 16]),
        ("mlp.experts.up_scales", .uint8, [4, 64, 6]),
      ], name: "mlp.experts.up", shape: [4, 192, 64], isDecoded: true),
    Group(
      scheme: "bitsandbytes 4 bit",
      arrays: [
        (q + "weight", .uint8, [6144, 1]), (q + "weight.absmax", .float32, [192]),
        (q + "weight.quant_map", .float32, [16]),
      ], shape: [12288]),
    Group(
      scheme: "HQQ",
      arrays: [
        (q + "W_q", .uint8, [32, 192]), (q + "scale", .float16, [1, 192]),
        (q + "zero", .float16, [1, 192]),
      ], shape: [12288]),
    Group(
      scheme: "AQLM",
      arrays: [
        (q + "codes", .int16, [64, 24, 1]), (q + "codebooks", .float16, [1, 65536, 1, 8]),
        (q + "scales", .float16, [64, 1, 1, 1]),
      ], shape: [64, 192]),
    Group(
      scheme: "I8 × scale",
      arrays: [
        (q + "weight", .int8, [64, 192]), (q + "weight_scale", .float32, [64, 1]),
        (q + "weight_zero_point", .int8, [64, 1]),
      ], shape: [64, 192], isDecoded: true),
    Group(
      scheme: "F8 × scale",
      arrays: [(q + "weight", .float8E4M3, [64, 192]), (q + "weight_scale", .float32, [63])],
      shape: [64, 192]),
  ]

  private func zeroes(_ name: String, _ type: ElementType, _ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *) * type.bitWidth / 8
    return Tensor(
      name: name, elementType: type, shape: shape,
      storage: MemoryStorage([UInt8](repeating: 0, count: count)))
  }

  @Test(arguments: groups)
  private func packedArraysAreOneTensor(group: Group) throws {
    let arrays = group.arrays.map { zeroes($0.0, $0.1, $0.2) }
    let norm = Tensor("layers.0.norm.weight", [4], [1, 2, 3, 4])
    let tensors = PackedWeights.grouped([norm] + arrays.reversed(), config: nil)
    #expect(tensors.map(\.name).sorted() == [norm.name, group.name].sorted())
    let packed = try #require(tensors.first { $0.name == group.name })
    if case .undecoded(let scheme) = packed.decoding {
      #expect(scheme == group.scheme)
    } else {
      #expect(packed.encodingName == group.scheme)
    }
    #expect(packed.isDecodable == group.isDecoded)
    #expect(packed.shape == group.shape)
    #expect(packed.byteCount == arrays.reduce(0) { $0 + $1.byteCount })
    #expect(packed.stored.count == arrays.count)
  }

  @Test func theShapeOfFourBitCodesIsReadFromTheirForm() throws {
    let form = Array(#"{"quant_type": "nf4", "shape": [64, 192]}"#.utf8)
    let tensors = PackedWeights.grouped(
      [
        zeroes("q.weight", .uint8, [6144, 1]), zeroes("q.weight.absmax", .float32, [192]),
        Tensor(
          name: "q.weight.quant_state.bitsandbytes__nf4", elementType: .uint8,
          shape: [form.count], storage: MemoryStorage(form)),
      ], config: nil)
    #expect(tensors.map(\.shape) == [[64, 192]])
  }

  @Test func aFormThatDoesNotFitIsNotBelieved() throws {
    for text in [
      #"{"shape": [64, 193]}"#, #"{"shape": [-1]}"#, "{", #"{"shape": [9999999999, 9999999999]}"#,
    ] {
      let form = Array(text.utf8)
      let tensors = PackedWeights.grouped(
        [
          zeroes("q.weight", .uint8, [6144, 1]), zeroes("q.weight.absmax", .float32, [192]),
          Tensor(
            name: "q.weight.quant_state.bitsandbytes__nf4", elementType: .uint8,
            shape: [form.count], storage: MemoryStorage(form)),
        ], config: nil)
      #expect(tensors.map(\.shape) == [[12288]], "\(text)")
    }
  }

  @Test(arguments: [
    ("weight_scale_inv", [1, 2]), ("weight_scale", [64, 1]), ("weight_scale", [64]),
    ("weight_scale", [1]), ("weight_scale", []), ("scale_weight", [1]), ("scale", [1, 2]),
  ])
  func floatsWithScalesAreDecoded(ending: String, scales: [Int]) throws {
    let tensors = PackedWeights.grouped(
      [
        zeroes("q.weight", .float8E4M3, [64, 192]), zeroes("q." + ending, .float32, scales),
        zeroes("q.input_scale", .float32, [1]),
      ], config: nil)
    #expect(tensors.map(\.name) == ["q.weight", "q.input_scale"])
    guard case .encoded(let decoding) = tensors[0].decoding else {
      Issue.record("not decoded")
      return
    }
    #expect(type(of: decoding).name == ScaledFloat8.name)
    #expect(decoding.precision == .significand(bits: 4))
  }

  @Test(arguments: ["SCB", "weight_scale"])
  func wholeNumbersWithScalesAreDecoded(ending: String) throws {
    let tensors = PackedWeights.grouped(
      [
        zeroes("q.weight", .int8, [64, 192]), zeroes("q." + ending, .float32, [64]),
        zeroes("q.weight_format", .uint8, []),
      ], config: nil)
    #expect(tensors.map(\.name) == ["q.weight"])
    guard case .encoded(let decoding) = tensors[0].decoding else {
      Issue.record("not decoded")
      return
    }
    #expect(decoding.precision == .grid(bits: 8, group: nil))
  }

  @Test func whatOnlySharesNamesStaysAsItIs() {
    let tensors = [
      Tensor("a.weight", [2, 2], [1, 2, 3, 4]), Tensor("a.scales", [2], [1, 2]),
      Tensor("b.weight", [2, 2], [1, 2, 3, 4]), Tensor("b.weight_scale", [2], [1, 2]),
      zeroes("c.weight", .float8E4M3, [2, 2]), zeroes("d.qweight", .int32, [2, 2]),
    ]
    #expect(PackedWeights.grouped(tensors, config: nil).map(\.name) == tensors.map(\.name))
  }

  // MARK: bfloat16 under another name

  private func words(_ values: [UInt16]) -> Tensor {
    Tensor(
      name: "w", elementType: .uint16, shape: [values.count],
      storage: MemoryStorage(values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }))
  }

  private func normalWords(_ count: Int) -> [UInt16] {
    var random = ModelRandom(seed: 9)
    return random.floats(count).map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }
  }

  @Test func wordsThatCanOnlyBeWeightsAreReadAsBFloat16() {
    #expect(
      BFloat16InWords.read([words(normalWords(500))], config: nil).map(\.elementType)
        == [.bfloat16])
  }

  @Test func wholeNumbersStayWholeNumbers() {
    var random = ModelRandom(seed: 10)
    for limit in [50, 1000, 65536] as [UInt64] {
      let tokens = (0..<500).map { _ in UInt16(truncatingIfNeeded: random.next() % limit) }
      #expect(
        BFloat16InWords.read([words(tokens)], config: nil).map(\.elementType) == [.uint16])
    }
  }

  @Test func theConfigurationIsBelievedOfAWholeModelOnly() throws {
    let config = JSONValue.object([("torch_dtype", .string("bfloat16"))])
    let table = words([1, 2, 3])
    #expect(BFloat16InWords.read([table], config: config).map(\.elementType) == [.bfloat16])
    let beside = Tensor("v", [8], [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(
      BFloat16InWords.read([table, beside], config: config).map(\.elementType)
        == [.uint16, .float32])
  }
}
