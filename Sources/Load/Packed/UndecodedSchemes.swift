extension UndecodedScheme {
  /// The more particular first.
  static let all: [UndecodedScheme] = [
    awq, gptq, bitsandbytes4, packQuantized, nvfp4Packed, nvfp4, mxfp4, hqq, exl2, exl3, aqlm, quip,
    quanto, torchAO, bitNet, mlx, mlxEight, codesWithScales,
  ]

  private static let words: Set<ElementType> = [.int32, .uint32]
  private static let eightBits: Set<ElementType> = [.uint8, .int8]

  /// AutoAWQ: `qweight [in, out · bits / 32]`, scales `[in / group, out]`.
  static let awq = UndecodedScheme(
    "AWQ", codes: [".qweight"], words, with: [".scales"], optional: [".qzeros"]
  ) { arrays in
    guard let (rows, columns) = arrays.matrix, let scales = arrays[".scales"]?.shape,
      scales.count == 2, scales[1] > columns, arrays[".g_idx"] == nil
    else { return nil }
    return [scales[1], rows]
  }

  /// AutoGPTQ and its kin: `qweight [in · bits / 32, out]`, scales `[in / group, out]`, `g_idx [in]`.
  static let gptq = UndecodedScheme(
    "GPTQ", codes: [".qweight"], words, with: [".scales"], optional: [".qzeros", ".g_idx"]
  ) { arrays in
    guard let (rows, columns) = arrays.matrix else { return nil }
    if let inputs = arrays[".g_idx"]?.elementCount { return [columns, inputs] }
    var bits = arrays.names.setting("bits", "w_bit") ?? 4
    if let zeros = arrays[".qzeros"]?.shape, zeros.count == 2, columns > 0,
      let all = zeros[1].multiplied(by: 32), all.isMultiple(of: columns)
    {
      bits = all / columns
    }
    guard (1...8).contains(bits), let all = rows.multiplied(by: 32) else { return nil }
    return [columns, all / bits]
  }

  /// bitsandbytes' four bits: `weight U8 [n / 2, 1]`, its form as JSON text in `quant_state`.
  static let bitsandbytes4 = UndecodedScheme(
    "bitsandbytes 4 bit", codes: [".weight"], [.uint8], with: [".weight.absmax"],
    optional: [
      ".weight.quant_map", ".weight.nested_absmax", ".weight.nested_quant_map",
      ".weight.quant_state.bitsandbytes__nf4", ".weight.quant_state.bitsandbytes__fp4",
    ]
  ) { arrays in
    guard let count = arrays.codes.elementCount.multiplied(by: 2) else { return nil }
    let state = ["nf4", "fp4"].lazy.compactMap {
      arrays[".weight.quant_state.bitsandbytes__" + $0]?.smallBytes
    }.first
    let source = JSONSource(file: arrays.codes.name, allowsPythonNumbers: true)
    let form = state.flatMap { try? JSONReader.parse($0, source: source, limits: .standard) }
    let shape = form?["shape"]?.array?.compactMap(\.integer)
    // Half a byte may be left over.
    guard let shape, let product = shape.productIfCounted, (count - 1...count).contains(product)
    else { return [count] }
    return shape
  }

  /// compressed-tensors: `weight_packed I32 [out, in · bits / 32]`, `weight_shape`.
  static let packQuantized = UndecodedScheme(
    "compressed-tensors pack-quantized", codes: [".weight_packed"], words, with: [".weight_scale"],
    optional: [".weight_shape", ".weight_zero_point", ".weight_g_idx", ".weight_global_scale"]
  ) { arrays in
    let bits = arrays.names.setting("bits", "num_bits") ?? 4
    guard (1...8).contains(bits) else { return nil }
    if let shape = arrays[".weight_shape"]?.integers, shape.count == arrays.codes.shape.count,
      shape.first == arrays.codes.shape.first, shape.productIfCounted != nil
    {
      return shape
    }
    return arrays.wider(32, over: bits)
  }

  /// compressed-tensors: `weight_packed U8 [out, in / 2]` with scales of eight-bit floats.
  static let nvfp4Packed = UndecodedScheme(
    "NVFP4", codes: [".weight_packed"], [.uint8], with: [".weight_scale"],
    optional: [".weight_global_scale", ".input_global_scale"]
  ) { $0.wider(2) }

  /// ModelOpt: `weight U8 [out, in / 2]`, scales of eight-bit floats, and a scale of those.
  static let nvfp4 = UndecodedScheme(
    "NVFP4", codes: [".weight"], [.uint8], with: [".weight_scale", ".weight_scale_2"],
    optional: [".input_scale"]
  ) { $0.wider(2) }

  /// gpt-oss: `blocks U8 [experts, out, in / 32, 16]`, `scales U8 [experts, out, in / 32]`, for what
  /// is `[experts, in, out]` elsewhere.
  static let mxfp4 = UndecodedScheme(
    "MXFP4", codes: ["_blocks"], [.uint8], with: ["_scales"], as: ""
  ) { arrays in
    let shape = arrays.codes.shape
    guard shape.count >= 3, let width = shape[shape.count - 1].multiplied(by: 2),
      let inputs = shape[shape.count - 2].multiplied(by: width)
    else { return nil }
    let outputs = shape[shape.count - 3]
    return shape.count == 4 ? [shape[0], inputs, outputs] : shape.dropLast(3) + [outputs, inputs]
  }

  /// Half-quadratic quantisation: `W_q`, `scale`, `zero`, and its form beside.
  static let hqq = UndecodedScheme(
    "HQQ", codes: [".W_q"], eightBits.union(words), with: [".scale"],
    optional: [
      ".zero", ".shape", ".nbits", ".group_size", ".axis", ".packing", ".channel_wise",
      ".compute_dtype", ".view_as_float", ".quant_scale", ".quant_zero", ".unpack_view_dtype",
      ".optimize", ".round_zero", ".stores_quant_config", ".encoded_state_dict",
      ".offload_meta",
    ]
  ) { arrays in
    if let shape = arrays[".shape"]?.integers, shape.productIfCounted != nil { return shape }
    let bits = arrays[".nbits"]?.integers?.first ?? arrays.names.setting("nbits") ?? 4
    guard (1...8).contains(bits),
      let all = arrays.codes.elementCount.multiplied(by: arrays.codes.elementType.bitWidth)
    else { return nil }
    return [all / bits]
  }

  static let exl2 = UndecodedScheme(
    "EXL2", codes: [".q_weight"], words, with: [".q_scale"],
    optional: [
      ".q_scale_max", ".q_groups", ".q_group_map", ".q_invperm", ".q_perm",
    ]
  ) { arrays in
    guard let (rows, columns) = arrays.matrix else { return nil }
    let inputs = [".q_invperm", ".q_perm"].lazy.compactMap { arrays[$0]?.elementCount }.first
    return [columns, inputs ?? rows]
  }

  static let exl3 = UndecodedScheme(
    "EXL3", codes: [".trellis"], [.int16, .uint16], with: [".suh", ".svh"],
    optional: [".mcg", ".mul1"]
  ) { arrays in
    guard let inputs = arrays[".suh"]?.elementCount, let outputs = arrays[".svh"]?.elementCount
    else { return nil }
    return [outputs, inputs]
  }

  /// Additive codebooks: codes `[out / group, in / group, books]`, codebooks `[books, size, out, in]`.
  static let aqlm = UndecodedScheme(
    "AQLM", codes: [".codes"], eightBits.union([.int16, .uint16]), with: [".codebooks", ".scales"]
  ) { arrays in
    guard let books = arrays[".codebooks"]?.shape, books.count == 4, arrays.codes.shape.count == 3,
      let outputs = arrays.codes.shape[0].multiplied(by: books[2]),
      let inputs = arrays.codes.shape[1].multiplied(by: books[3])
    else { return nil }
    return [outputs, inputs]
  }

  static let quip = UndecodedScheme(
    "QuIP#", codes: [".Qidxs"], [.int16, .int64, .int32, .uint8], with: [".SU", ".SV"],
    optional: [".Wscale", ".codebook_id", ".grid_packed_abs"]
  ) { arrays in
    guard let inputs = arrays[".SU"]?.elementCount, let outputs = arrays[".SV"]?.elementCount
    else { return nil }
    return [outputs, inputs]
  }

  static let quanto = UndecodedScheme(
    "quanto", codes: [".weight._data"], eightBits.union(words).union([.float8E4M3, .float8E5M2]),
    with: [".weight._scale"],
    optional: [".weight._zeropoint", ".weight._shift"]
  ) { $0.codes.shape }

  static let torchAO = UndecodedScheme(
    "torchao", codes: [".weight_qdata", "._weight_qdata"],
    eightBits.union(words).union([.float8E4M3, .float8E5M2]), with: [".weight_scale"],
    optional: [".weight_zero_point", ".weight_scale_and_zero"]
  ) { $0.codes.shape }

  /// BitNet: four rows of three values each in a row of bytes.
  static let bitNet = UndecodedScheme(
    "BitNet", codes: [".weight"], [.uint8], with: [".weight_scale"]
  ) { arrays in
    guard let (rows, columns) = arrays.matrix, let outputs = rows.multiplied(by: 4),
      arrays[".weight_scale"]?.elementCount == 1
    else { return nil }
    return [outputs, columns]
  }

  /// MLX: `weight U32 [out, in · bits / 32]`, scales and biases `[out, in / group]`.
  static let mlx = UndecodedScheme(
    "MLX", codes: [".weight"], [.uint32], with: [".scales"], optional: [".biases"]
  ) { arrays in
    guard let codes = arrays.codes.shape.last?.multiplied(by: 32),
      let groups = arrays[".scales"]?.shape.last, groups > 0
    else { return nil }
    let stated = (arrays.names.setting("bits"), arrays.names.setting("group_size"))
    // Layers may be of other bits than the settings say; the products decide.
    let bits = [stated.0, 4, 8, 6, 3, 5, 2].compactMap(\.self)
    let sizes = [stated.1, 64, 32, 128, 16].compactMap(\.self)
    for bits in bits where bits > 0 && codes.isMultiple(of: bits) {
      for size in sizes where groups.multiplied(by: size) == codes / bits {
        return arrays.codes.shape.dropLast() + [codes / bits]
      }
    }
    return arrays.wider(8)
  }

  /// MLX's eight-bit codes in bytes.
  static let mlxEight = UndecodedScheme(
    "MLX", codes: [".weight"], [.uint8], with: [".scales", ".biases"]
  ) { $0.codes.shape }

  /// Whole numbers with scales in some way that no other scheme describes.
  static let codesWithScales = UndecodedScheme(
    "whole numbers with scales", codes: [".weight"], eightBits.union([.int16, .uint16]),
    with: [], optional: [".weight_scale", ".weight_scales", ".scales", ".scale", ".zeros"]
  ) { arrays in
    let scales = [".weight_scale", ".weight_scales", ".scales", ".scale"]
    return scales.contains { arrays[$0] != nil } ? arrays.codes.shape : nil
  }
}

extension Int {
  fileprivate func multiplied(by other: Int) -> Int? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
