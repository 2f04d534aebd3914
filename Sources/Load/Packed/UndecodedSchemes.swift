extension UndecodedScheme {
  /// The more particular first.
  static let all: [UndecodedScheme] = [
    marlinSparse, sparse, floatsPacked, exl2, exl3, aqlm, quip, quanto, torchAO, mlxEight,
    codesWithScales,
  ]

  private static let words: Set<ElementType> = [.int32, .uint32]
  private static let eightBits: Set<ElementType> = [.uint8, .int8]

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
      let outputs = arrays.codes.shape[0].multipliedIfCounted(by: books[2]),
      let inputs = arrays.codes.shape[1].multipliedIfCounted(by: books[3])
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

  /// quanto's two and four bits, whose extents only the network knows; and its bytes, where their
  /// scales do not fit.
  static let quanto = UndecodedScheme(
    "quanto", codes: [".weight._data", ".weight._data._data"],
    eightBits.union(words).union([.float8E4M3, .float8E5M2]), with: [".weight._scale"],
    optional: [".weight._zeropoint", ".weight._shift"]
  ) { $0.codes.shape }

  static let torchAO = UndecodedScheme(
    "torchao", codes: ["._weight_qdata"],
    eightBits.union(words).union([.float8E4M3, .float8E5M2]), with: [],
    optional: ["._weight_scale", "._weight_zero_point", "._weight_scale_and_zero"]
  ) { arrays in
    ["._weight_scale", "._weight_scale_and_zero"].contains { arrays[$0] != nil }
      ? arrays.codes.shape : nil
  }

  /// compressed-tensors' codes of Marlin's kernel, half of the weights left out.
  static let marlinSparse = UndecodedScheme(
    "compressed-tensors marlin-24", codes: [".weight_packed"], words,
    with: [".scale_packed", ".meta"]
  ) { $0.codes.shape }

  /// compressed-tensors' weights without their zeros.
  static let sparse = UndecodedScheme(
    "compressed-tensors sparse", codes: [".weight.compressed"],
    eightBits.union([.float8E4M3, .float16, .bfloat16, .float32]),
    with: [".weight.bitmask"], optional: [".weight.shape", ".weight.row_offsets"]
  ) { arrays in
    arrays[".weight.shape"]?.integers
  }

  /// Floats of a few bits in bytes, with scales that are none of NVFP4 or MXFP4.
  static let floatsPacked = UndecodedScheme(
    "packed floats", codes: [".weight_packed"], [.uint8], with: [".weight_scale"],
    optional: [".weight_global_scale", ".input_global_scale", ".weight_zero_point"]
  ) { $0.codes.shape }

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
