/// What `adapter_config.json` says about sizes: PEFT's names.
struct AdapterSettings {
  private let config: JSONValue?

  init(_ config: JSONValue?) { self.config = config }

  /// Whether the base keeps its weights as `[in, out]`, as GPT-2 does.
  var swapsAxes: Bool { config?["fan_in_fan_out"]?.bool ?? false }

  /// By what the product for one module is multiplied; nil where the file leaves it open.
  ///
  /// - Parameters:
  ///   - module: name in the base, `model.layers.0.self_attn.q_proj`.
  ///   - alpha: what stands beside the factors, which comes first.
  func scale(module: String, rank: Int, alpha: Double?) -> Float? {
    var scale = 1.0
    if let alpha {
      scale = alpha / Double(rank)
    } else if let pattern = config?["alpha_pattern"],
      let known = config?["lora_alpha"] ?? config?["alpha"]
    {
      guard let alpha = value(for: module, in: pattern) ?? known.number else { return nil }
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

  /// The number of the first entry that names a module or the end of its name; regular expressions
  /// name nothing.
  private func value(for module: String, in pattern: JSONValue) -> Double? {
    guard case .object(let entries) = pattern else { return nil }
    return entries.first { module == $0.key || module.hasSuffix("." + $0.key) }?.value.number
  }

  /// Whether patterns are regular expressions, which are not run: scales are open then.
  var hasExpressions: Bool {
    guard case .object(let entries) = config?["alpha_pattern"] else { return false }
    return entries.contains { entry in entry.key.contains { "^$*+?()[]{}|\\".contains($0) } }
  }
}
