/// Eight-bit whole numbers with scales: bitsandbytes (`SCB` is the largest magnitude of a row) and
/// compressed-tensors (`weight_scale`, perhaps with `weight_zero_point`), quanto and torchao.
///
/// Other orders of rows than the usual are recognised and not decoded.
struct ScaledInt8Rule: PackingRule {
  var endings: [String] { [".weight", ".weight._data", "._weight_qdata"] }
  var types: Set<ElementType> { [.int8] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let (scale, factor) = scale(stem, in: names) else { return nil }
    let beside = names.found([stem + ".weight_format", stem + ".comfy_quant"])
    let zeros = names.found([".weight_zero_point", "._weight_zero_point"].map { stem + $0 }).first
    // Four-bit codes of quanto and torchao are bytes too, of other shapes than their scales tell.
    let isUsual =
      names[stem + ".weight_format"].map { $0.integers == [0] } ?? true && names.rotation == nil
    let fits = zeros.map {
      $0.elementCount == scale.elementCount && ($0.elementType == .int8 || $0.elementType == .uint8)
    }
    let grid = ScaleGrid.blocks(of: codes.shape, scales: scale.shape, size: nil).flatMap {
      ScaleGrid(shape: codes.shape, block: $0, scaleType: scale.elementType)
    }
    let decoding =
      isUsual && fits ?? true
      ? grid.map { ScaledInt8(grid: $0, factor: factor, zeroType: zeros?.elementType) } : nil
    return Tensor(
      packed: EightBitNames.whole(codes.name, stem: stem), shape: codes.shape,
      axisOrder: codes.axisOrder,
      stored: codes.stored + [scale] + (zeros.map { [$0] } ?? []) + beside, decoding: decoding,
      scheme: ScaledInt8.name + (names.rotation ?? ""))
  }

  private func scale(_ stem: String, in names: StoredNames) -> (StoredArray, Float)? {
    if let largest = names[stem + ".SCB"] { return (largest, 1.0 / 127) }
    return names.found([".weight_scale", ".weight._scale", "._weight_scale"].map { stem + $0 })
      .first.map { ($0, 1) }
  }
}
