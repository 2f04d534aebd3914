/// Eight-bit whole numbers with scales: bitsandbytes (`SCB` is the largest magnitude of a row) and
/// compressed-tensors (`weight_scale`).
///
/// Zero points and other orders of rows than the usual are recognised and not decoded.
struct ScaledInt8Rule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.int8] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let (scale, factor) = scale(stem, in: names) else { return nil }
    let beside = names.found([stem + ".weight_format", stem + ".weight_zero_point"])
    let isSimple = beside.allSatisfy { array in
      array.name.hasSuffix("weight_format") && array.integers.map { $0 == [0] } ?? false
    }
    let grid = ScaleGrid.blocks(of: codes.shape, scales: scale.shape, size: nil).flatMap {
      ScaleGrid(shape: codes.shape, block: $0, scaleType: scale.elementType)
    }
    let decoding = isSimple ? grid.map { ScaledInt8(grid: $0, factor: factor) } : nil
    return Tensor(
      name: codes.name, shape: codes.shape, outputAxisIsLast: codes.outputAxisIsLast,
      stored: codes.stored + [scale] + beside,
      decoding: decoding.map { .encoded($0) } ?? .undecoded(scheme: ScaledInt8.name))
  }

  private func scale(_ stem: String, in names: StoredNames) -> (StoredArray, Float)? {
    if let largest = names[stem + ".SCB"] { return (largest, 1.0 / 127) }
    return names[stem + ".weight_scale"].map { ($0, 1) }
  }
}
