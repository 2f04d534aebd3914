/// Eight-bit floats with scales: `weight` and `weight_scale_inv` (DeepSeek, Transformers),
/// `weight_scale` (compressed-tensors, ModelOpt), `scale_weight` (ComfyUI), `scale` (DeepSeek's own
/// files), `qscale_weight` (Mistral's), `weight._scale` (quanto), `_weight_scale` (torchao).
///
/// Scales of inputs and of caches are no part of a weight.
struct ScaledFloat8Rule: PackingRule {
  var endings: [String] { [".weight", ".weight._data", "._weight_qdata", ""] }
  var types: Set<ElementType> { [.float8E4M3, .float8E5M2] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    let name = EightBitNames.whole(codes.name, stem: stem)
    var candidates = ["_scale_inv", "_scale", "._scale"].map { name + $0 }
    if stem != codes.name {
      candidates += [
        ".scale_weight", ".scale_inv", ".scale", ".qscale_weight", "._weight_scale",
      ].map { stem + $0 }
    }
    guard let scale = names.found(candidates).first else { return nil }
    let size = names.settings?["weight_block_size"]?.array?.compactMap(\.integer)
    // Exponents are stored as bytes where their type is not known.
    let type = scale.elementType == .uint8 ? ElementType.float8E8M0 : scale.elementType
    let grid = ScaleGrid.blocks(of: codes.shape, scales: scale.shape, size: size).flatMap {
      ScaleGrid(shape: codes.shape, block: $0, scaleType: type)
    }
    let rotation = names.rotation
    let decoding =
      rotation == nil
      ? grid.flatMap { ScaledFloat8(codes: codes.elementType, grid: $0) } : nil
    return Tensor(
      packed: name, shape: codes.shape, axisOrder: codes.axisOrder,
      stored: codes.stored + [scale] + names.found([stem + ".comfy_quant"]), decoding: decoding,
      scheme: ScaledFloat8.name + (rotation ?? ""))
  }
}

/// Names of weights that are stored in eight bits each.
enum EightBitNames {
  /// The weight's, whatever its codes are called.
  static func whole(_ codes: String, stem: String) -> String {
    let isPart = codes.hasSuffix(".weight._data") || codes.hasSuffix("._weight_qdata")
    return isPart && stem != codes ? stem + ".weight" : codes
  }
}
