/// How libraries name the two factors of a weight's change.
struct AdapterNames {
  /// What the names of the factors end in, behind the name of the module.
  var down: String
  var up: String
  /// Whether the product is the weight's transpose: embeddings are `[tokens, width]`.
  var swapsAxes = false
  /// Whether scales are MLX's, which stand in the configuration as they are.
  var isOfMLX = false

  /// peft, kohya's scripts, diffusers (new and old), llama.cpp, and MLX, whose factors are `[in, rank]` and
  /// `[rank, out]`.
  static let pairs = [
    AdapterNames(down: ".lora_A.weight", up: ".lora_B.weight"),
    AdapterNames(down: ".lora_A.default.weight", up: ".lora_B.default.weight"),
    AdapterNames(down: ".lora_embedding_A", up: ".lora_embedding_B", swapsAxes: true),
    AdapterNames(down: ".lora_down.weight", up: ".lora_up.weight"),
    AdapterNames(down: ".lora.down.weight", up: ".lora.up.weight"),
    AdapterNames(down: "_lora.down.weight", up: "_lora.up.weight"),
    AdapterNames(down: ".weight.lora_a", up: ".weight.lora_b"),
    AdapterNames(down: ".lora_b", up: ".lora_a", swapsAxes: true, isOfMLX: true),
  ]

  /// Where DoRA keeps the magnitudes of a merged weight's rows.
  static let magnitudes = [
    ".lora_magnitude_vector", ".lora_magnitude_vector.weight",
    ".lora_magnitude_vector.default.weight", ".dora_scale", ".m",
  ]

  /// What stands in names of an adapter's arrays, of kinds that are not read, too.
  private static let marks = [
    ".lora_", "_lora.", ".lora.", ".lokr_", ".hada_", ".oft_", ".boft_", ".vera_", ".hra_",
    ".fourierft_",
    ".ia3_l", ".dora_scale", ".randlora_", ".ln_tuning_", ".road_", ".alpha",
  ]

  /// Whether it is one of MLX's factors for all experts of a layer, `[experts, …]`, which are not read.
  static func isOfExperts(_ tensor: Tensor) -> Bool {
    tensor.shape.count == 3
      && pairs.contains { pair in
        pair.isOfMLX && [pair.down, pair.up].contains(where: tensor.name.hasSuffix)
          && !tensor.name.hasSuffix(".weight" + pair.down)
          && !tensor.name.hasSuffix(".weight" + pair.up)
      }
  }

  /// Whether it is called as something of an adapter is.
  static func isMarked(_ name: String) -> Bool { marks.contains { name.contains($0) } }

  /// The module of the base that a stem names.
  static func module(_ stem: String) -> String {
    let prefix = "base_model.model."
    return stem.hasPrefix(prefix) ? String(stem.dropFirst(prefix.count)) : stem
  }
}
