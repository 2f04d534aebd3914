/// Weights that ComfyUI packed, of the formats that are not decoded: four-bit floats whose scales are
/// padded and shuffled for a kernel, and weights that were rotated first (`convrot`).
///
/// What format a layer has is said in `comfy_quant`, JSON text beside it, or in the header. Formats
/// that are stored plainly are left to the other rules.
struct ComfyRule: PackingRule {
  var endings: [String] { [".weight"] }
  var types: Set<ElementType> { [.uint8, .int8, .int32, .float8E4M3, .float8E5M2] }

  private static let plain: Set<String> = ["float8_e4m3fn", "float8_e5m2", "int8_tensorwise"]
  private static let named: Set<String> = [
    "nvfp4", "mxfp8", "int8_blockwise", "asym_w4a8_int8", "awq_w4a16",
  ]

  func group(_ codes: Tensor, stem: String, in names: StoredNames) -> Tensor? {
    guard let format = names.comfyFormat(of: stem), !Self.plain.contains(format) else { return nil }
    let beside = names.found(
      [
        ".comfy_quant", ".weight_scale", ".weight_scale_2", ".weight_zero_point", ".input_scale",
        ".pre_quant_scale",
      ].map { stem + $0 })
    let scheme =
      format.hasPrefix("convrot")
      ? "ComfyUI convrot, stored rotated"
      : Self.named.contains(format) ? "ComfyUI \(format)" : "ComfyUI"
    let factor = codes.elementType == .uint8 || format.contains("w4") ? 2 : 1
    guard let shape = codes.shape.withLast(times: factor), shape.isPlausible(of: codes) else {
      return nil
    }
    return Tensor(
      name: codes.name, shape: shape, stored: codes.stored + beside,
      decoding: .undecoded(scheme: scheme))
  }
}

extension StoredNames {
  /// The format of a layer that ComfyUI packed; nil of any other.
  func comfyFormat(of stem: String) -> String? {
    if let text = self[stem + ".comfy_quant"]?.smallBytes {
      return (try? JSONReader.parse(text))?["format"]?.string ?? ""
    }
    guard !comfyLayers.isEmpty else { return nil }
    // Names in the header may lack the prefix of the model.
    var rest = stem[...]
    while true {
      if let format = comfyLayers[String(rest)] { return format }
      guard let dot = rest.firstIndex(of: ".") else { return nil }
      rest = rest[rest.index(after: dot)...]
    }
  }

  /// Formats by layer, as `_quantization_metadata` of the header has them.
  static func comfyLayers(_ text: String?) -> [String: String] {
    guard let text, let value = try? JSONReader.parse(Array(text.utf8)),
      case .object(let layers) = value["layers"]
    else { return [:] }
    return Dictionary(
      layers.map { ($0.key, $0.value["format"]?.string ?? "") },
      uniquingKeysWith: { first, _ in first })
  }
}
