/// What `adapter_config.json` says about sizes: PEFT's names, and MLX's.
struct AdapterSettings {
  private let config: JSONValue?
  /// Numbers by module, or by the end of its name.
  private let alphas: [String: Double]
  /// Whether patterns are regular expressions, which are not run: scales are open then.
  let hasExpressions: Bool

  init(_ config: JSONValue?) {
    self.config = config
    var alphas: [String: Double] = [:]
    var hasExpressions = false
    if case .object(let entries) = config?["alpha_pattern"] {
      for entry in entries {
        if let number = entry.value.number, alphas[entry.key] == nil { alphas[entry.key] = number }
        if entry.key.contains(where: { "^$*+?()[]{}|\\".contains($0) }) { hasExpressions = true }
      }
    }
    (self.alphas, self.hasExpressions) = (alphas, hasExpressions)
  }

  /// Whether the base keeps its weights as `[in, out]`, as GPT-2 does.
  var swapsAxes: Bool { config?["fan_in_fan_out"]?.bool ?? false }

  /// Of factors that are whole matrices, which do not tell it.
  var rank: Int? {
    if case .object(let entries) = config?["rank_pattern"], !entries.isEmpty { return nil }
    return config?["r"]?.integer.flatMap { $0 > 0 ? $0 : nil }
  }

  /// What PEFT calls the kind.
  var kind: String? { config?["peft_type"]?.string }

  /// Whether it is none of those that are read.
  var isOfUnknownKind: Bool {
    kind.map { !["LORA", "LOHA", "LOKR", "IA3", "ADALORA"].contains($0) } ?? false
  }

  /// Whether there are any.
  var isEmpty: Bool { config == nil }

  /// The scale of MLX's adapters.
  var scaleOfMLX: Double? { config?["lora_parameters"]?["scale"]?.number }

  /// By what the product for one module is multiplied: 1 where nothing says, as kohya's scripts have it;
  /// nil for what is no number.
  ///
  /// - Parameters:
  ///   - module: name in the base, `model.layers.0.self_attn.q_proj`.
  ///   - alpha: what stands beside the factors, which comes first.
  func scale(module: String, rank: Int, alpha: Double?) -> Float? {
    var scale = 1.0
    if let own = scaleOfMLX {
      scale = own
    } else if let alpha {
      scale = alpha / Double(rank)
    } else if let alpha = pattern(for: module) {
      scale = alpha / divisor(rank)
    } else if let alpha = (config?["lora_alpha"] ?? config?["alpha"])?.number {
      scale = alpha / divisor(rank)
    }
    let rounded = Float(scale)
    return rounded.isFinite ? rounded : nil
  }

  private func divisor(_ rank: Int) -> Double {
    config?["use_rslora"]?.bool ?? false ? Double(rank).squareRoot() : Double(rank)
  }

  /// The number for a module, by its name or the longest end of it that has one.
  private func pattern(for module: String) -> Double? {
    if alphas.isEmpty { return nil }
    var end = module[...]
    while true {
      if let found = alphas[String(end)] { return found }
      guard let dot = end.firstIndex(of: ".") else { return nil }
      end = end[end.index(after: dot)...]
    }
  }
}
