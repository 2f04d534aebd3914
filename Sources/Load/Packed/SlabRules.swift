/// Half-quadratic quantisation: `W_q`, `scale`, `zero`, and its form in arrays beside (`shape`,
/// `nbits`, `axis`, `group_size`, `packing`).
///
/// Scales that are quantised themselves and words that pass for floats are not decoded.
struct HQQRule: PackingRule {
  var endings: [String] { [".W_q"] }
  var types: Set<ElementType> {
    [.uint8, .int8, .int32, .uint32, .float16, .bfloat16, .float32]
  }

  private static let beside = [
    ".zero", ".shape", ".nbits", ".group_size", ".axis", ".packing", ".channel_wise",
    ".compute_dtype", ".view_as_float", ".quant_scale", ".quant_zero", ".unpack_view_dtype",
    ".optimize", ".round_zero", ".stores_quant_config", ".encoded_state_dict", ".offload_meta",
  ]

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scale"] else { return nil }
    let zeros = names[stem + ".zero"]
    let stated = names[stem + ".shape"]?.integers
    let bits = names[stem + ".nbits"]?.integers?.first ?? names.setting("nbits") ?? 4
    guard (1...8).contains(bits),
      let all = codes.elementCount.multipliedIfCounted(by: codes.elementType.bitWidth)
    else { return nil }
    let shape = stated.flatMap { $0.isPlausible(of: codes) ? $0 : nil } ?? [all / bits]
    guard shape.isPlausible(of: codes) else { return nil }
    let isPlain = [".quant_scale", ".quant_zero"].allSatisfy {
      names[stem + $0]?.integers?.allSatisfy { $0 == 0 } ?? true
    }
    let decoding = zeros.flatMap {
      isPlain && stated == shape
        ? self.decoding(
          codes, shape: shape, bits: bits, axis: names[stem + ".axis"]?.integers?.first,
          scales: scales, zeros: $0) : nil
    }
    let others = names.found(Self.beside.dropFirst().map { stem + $0 })
    return Tensor(
      packed: stem + ".weight", shape: shape,
      stored: codes.stored + [scales] + (zeros.map { [$0] } ?? []) + others, decoding: decoding,
      scheme: HQQ.name)
  }

  private func decoding(
    _ codes: Tensor, shape: [Int], bits: Int, axis: Int?, scales: StoredArray, zeros: StoredArray
  ) -> SlabCodes<HQQ>? {
    let count = shape.reduce(1, *)
    // Codes of five and six bits take a byte each; three bits are packed ten to a word.
    let perWord = [1: 8, 2: 4, 3: 10, 4: 2, 5: 1, 6: 1, 8: 1][bits]
    guard let perWord, codes.shape.count == 2, let axis, axis == 0 || axis == 1,
      [bits == 3 ? .int32 : .uint8].contains(codes.elementType),
      scales.elementType.isFloatOfScales, zeros.elementType.isFloatOfScales,
      scales.elementCount > 0, zeros.elementCount == scales.elementCount,
      count.isMultiple(of: scales.elementCount)
    else { return nil }
    let (groups, size) = (scales.elementCount, count / scales.elementCount)
    // Grouped along the rows, or across them.
    let (rows, columns) = axis == 1 ? (groups, size) : (size, groups)
    guard codes.shape == [(rows - 1) / perWord + 1, columns],
      perWord == 10 || rows.isMultiple(of: perWord),
      scales.shape == (axis == 1 ? [groups, 1] : [1, groups])
    else { return nil }
    let width = perWord == 1 ? 8 : bits
    return SlabCodes(
      bits: width, slab: codes.elementCount, wordBytes: bits == 3 ? 4 : 1,
      shifts: (0..<perWord).map { (perWord - 1 - $0) * bits },
      scales: .init(
        count: groups, run: axis == 1 ? size : 1, type: scales.elementType, divides: false),
      zero: .stored(zeros.elementType), gridBits: bits, group: size)
  }
}

/// BitNet: `weight U8 [out / 4, in]`, four rows of three values each in one of bytes, over or times
/// `weight_scale`.
struct BitNetRule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint8] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scale = names[stem + ".weight_scale"], scale.elementCount == 1,
      scale.elementType.isFloatOfScales, codes.shape.count == 2,
      let outputs = codes.shape[0].multipliedIfCounted(by: 4),
      case let shape = [outputs, codes.shape[1]], shape.isPlausible(of: codes),
      Self.holdsThreeValues(codes.stored[0])
    else { return nil }
    let multiplies = names.settings?["linear_class"]?.string == "autobitlinear"
    return Tensor(
      packed: codes.name, shape: shape, stored: codes.stored + [scale],
      decoding: SlabCodes<BitNet>(
        bits: 2, slab: codes.elementCount, wordBytes: 1, shifts: [0, 2, 4, 6],
        scales: .init(count: 1, run: 1, type: scale.elementType, divides: !multiplies),
        zero: .constant(1), gridBits: 2, group: nil), scheme: BitNet.name)
  }

  /// Whether no code at the beginning is the fourth that two bits could be.
  private static func holdsThreeValues(_ codes: StoredArray) -> Bool {
    let start = try? codes.storage.withBytes(
      of: 0..<min(codes.byteCount, 4096), scratch: ByteScratch()
    ) { (bytes) throws(LoadError) in bytes.allSatisfy { $0 & $0 >> 1 & 0x55 == 0 } }
    return start ?? false
  }
}
