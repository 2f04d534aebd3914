/// Eight-bit floats with scales: `weight` and `weight_scale_inv` (DeepSeek, Transformers),
/// `weight_scale` (compressed-tensors, ModelOpt), `scale_weight` (ComfyUI), `scale` (DeepSeek's own
/// files).
///
/// Scales of inputs and of caches are no part of a weight.
struct ScaledFloat8Rule: PackingRule {
  var endings: [String] { [".weight", ""] }
  var types: Set<ElementType> { [.float8E4M3, .float8E5M2] }

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    var candidates = ["_scale_inv", "_scale"].map { codes.name + $0 }
    if stem != codes.name {
      candidates += [".scale_weight", ".scale_inv", ".scale"].map { stem + $0 }
    }
    guard let scale = names.found(candidates).first else { return nil }
    let size = names.settings?["weight_block_size"]?.array?.compactMap(\.integer)
    let grid = ScaleGrid.blocks(of: codes.shape, scales: scale.shape, size: size).flatMap {
      ScaleGrid(shape: codes.shape, block: $0, scaleType: scale.elementType)
    }
    let decoding = grid.flatMap { ScaledFloat8(codes: codes.elementType, grid: $0) }
    return Tensor(
      name: codes.name, shape: codes.shape, outputAxisIsLast: codes.outputAxisIsLast,
      stored: codes.stored + [scale],
      decoding: decoding.map { .encoded($0) } ?? .undecoded(scheme: ScaledFloat8.name))
  }
}
