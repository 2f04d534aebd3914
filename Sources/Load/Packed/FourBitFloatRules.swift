/// NVFP4: codes `[…, out, in / 2]` with a scale for each 16 in `F8_E4M3`.
///
/// compressed-tensors calls the codes `weight_packed` and divides by `weight_global_scale`; ModelOpt
/// calls them `weight` and multiplies with `weight_scale_2`.
struct NVFP4Rule: PackingRule {
  var endings: [String] { [".weight_packed", ".weight", ""] }
  var types: Set<ElementType> { [.uint8] }

  private static let width = 16

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    let isCompressed = codes.name.hasSuffix(".weight_packed")
    let name = isCompressed ? stem + ".weight" : codes.name
    guard stem != codes.name || !codes.name.hasSuffix("weight_packed"),
      let scales = names[name + "_scale"], scales.elementType == .float8E4M3,
      let shape = codes.shape.withLast(times: 2)
    else { return nil }
    let whole = names[name + (isCompressed ? "_global_scale" : "_scale_2")]
    guard isCompressed || whole != nil else { return nil }
    let grid = FourBitShape.grid(
      shape, scales: scales.shape, width: Self.width, type: .float8E4M3)
    let decoding = grid.flatMap { grid -> FourBitFloats<NVFP4>? in
      guard names.rotation == nil else { return nil }
      guard let whole else { return FourBitFloats(grid: grid, whole: nil) }
      return FourBitShape.whole(whole, of: shape).map {
        FourBitFloats(grid: grid, whole: .init(grid: $0, divides: isCompressed))
      }
    }
    return Tensor(
      packed: name, shape: shape, stored: codes.stored + [scales] + (whole.map { [$0] } ?? []),
      decoding: decoding, scheme: NVFP4.name + (names.rotation ?? ""))
  }
}

/// MXFP4: codes `[…, out, in / 2]` with an exponent for each 32.
///
/// gpt-oss stores `blocks [experts, out, in / 32, 16]` and `scales` for what is `[experts, in, out]`
/// in its releases without packing.
struct MXFP4Rule: PackingRule {
  var endings: [String] { ["_blocks", ".blocks", ".weight_packed", ".weight", ""] }
  var types: Set<ElementType> { [.uint8, .int8, .uint32] }

  private static let width = 32

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    if codes.name.hasSuffix("blocks") {
      return stem == codes.name ? nil : blocks(codes, stem: stem, in: names)
    }
    let isPacked = codes.name.hasSuffix(".weight_packed")
    guard stem != codes.name || !isPacked else { return nil }
    let name = isPacked ? stem + ".weight" : codes.name
    let endings = [name + "_scale", stem + ".scale", stem + ".scales"]
    guard let scales = names.found(endings).first, Self.isExponent(scales.elementType),
      names[stem + ".biases"] == nil,
      let shape = codes.shape.withLast(times: 2 * codes.elementType.bitWidth / 8),
      let grid = FourBitShape.grid(
        shape, scales: scales.shape, width: Self.width, type: .float8E8M0)
    else { return nil }
    let rotation = names.rotation
    return Tensor(
      packed: name, shape: shape, stored: codes.stored + [scales],
      decoding: rotation == nil ? FourBitFloats<MXFP4>(grid: grid, whole: nil) : nil,
      scheme: MXFP4.name + (rotation ?? ""))
  }

  private func blocks(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    let isSwapped = codes.name.hasSuffix("_blocks")
    guard codes.elementType == .uint8,
      let scales = names[stem + (isSwapped ? "_scales" : ".scales")]
    else { return nil }
    let outer = Array(codes.shape.dropLast(2))
    guard codes.shape.count >= 3, let last = codes.shape.last,
      let width = last.multipliedIfCounted(by: 2),
      let inputs = codes.shape[codes.shape.count - 2].multipliedIfCounted(by: width)
    else { return nil }
    let stored = outer + [inputs]
    let grid =
      width == Self.width && Self.isExponent(scales.elementType)
      ? FourBitShape.grid(stored, scales: scales.shape, width: width, type: .float8E8M0) : nil
    var shape = stored
    if isSwapped, shape.count > 2 { shape.swapAt(shape.count - 1, shape.count - 2) }
    return Tensor(
      packed: stem, shape: shape, swapsLastAxes: isSwapped && shape.count > 2,
      stored: codes.stored + [scales],
      decoding: grid.map { FourBitFloats<MXFP4>(grid: $0, whole: nil) }, scheme: MXFP4.name)
  }

  private static func isExponent(_ type: ElementType) -> Bool {
    type == .uint8 || type == .float8E8M0
  }
}

/// MLX's `nvfp4`: words of eight codes, `scales` of each 16 in bytes that are `F8_E4M3`.
struct MLXNVFP4Rule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], scales.elementType == .uint8,
      names[stem + ".biases"] == nil, let shape = codes.shape.withLast(times: 8),
      let grid = FourBitShape.grid(shape, scales: scales.shape, width: 16, type: .float8E4M3)
    else { return nil }
    return Tensor(
      packed: codes.name, shape: shape, stored: codes.stored + [scales],
      decoding: FourBitFloats<NVFP4>(grid: grid, whole: nil), scheme: NVFP4.name)
  }
}

/// MLX's `mxfp8`: words of four eight-bit floats, `scales` of each 32 in bytes that are exponents.
struct MLXMXFP8Rule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint32] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let scales = names[stem + ".scales"], scales.elementType == .uint8,
      names[stem + ".biases"] == nil, let shape = codes.shape.withLast(times: 4),
      let grid = FourBitShape.grid(shape, scales: scales.shape, width: 32, type: .float8E8M0),
      let decoding = ScaledFloat8(codes: .float8E4M3, grid: grid)
    else { return nil }
    return Tensor(
      packed: codes.name, shape: shape, stored: codes.stored + [scales], decoding: decoding,
      scheme: ScaledFloat8.name)
  }
}

/// The forms of weights of four-bit floats.
private enum FourBitShape {
  /// Blocks of `width` along the last axis, if there is a scale for each.
  static func grid(
    _ shape: [Int], scales: [Int], width: Int, type: ElementType
  ) -> ScaleGrid? {
    guard let last = shape.last, last > 0, last.isMultiple(of: width),
      scales == Array(shape.dropLast()) + [last / width]
    else { return nil }
    return ScaleGrid(
      shape: shape, block: shape.dropLast().map { _ in 1 } + [width], scaleType: type)
  }

  /// One scale for all, or one for each of a stack of matrices.
  static func whole(_ scale: StoredArray, of shape: [Int]) -> ScaleGrid? {
    guard scale.elementType.isFloatOfScales else { return nil }
    if scale.elementCount == 1 {
      return ScaleGrid(shape: shape, block: shape, scaleType: scale.elementType)
    }
    guard shape.count == 3, scale.elementCount == shape[0] else { return nil }
    return ScaleGrid(
      shape: shape, block: [1] + shape.dropFirst(), scaleType: scale.elementType)
  }
}

extension [Int] {
  /// Extents with the last axis so many times as long, unless they are more than can be counted.
  func withLast(times factor: Int) -> [Int]? {
    guard let last, let product = last.multipliedIfCounted(by: factor) else { return nil }
    let extents = Array(dropLast()) + [product]
    return extents.productIfCounted.map { _ in extents }
  }
}
