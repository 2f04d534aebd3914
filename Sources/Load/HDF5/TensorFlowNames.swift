/// The names under which Transformers saves TensorFlow models: those of PyTorch behind the class of the
/// model, with other words for lists and kinds of weights.
///
/// `tf_bert_for_masked_lm/bert/encoder/layer_._0/attention/self/query/kernel:0` is
/// `bert.encoder.layer.0.attention.self.query.weight`.
package enum TensorFlowNames {
  /// The name in PyTorch's way, or nil for a name of any other origin.
  package static func translated(_ name: String) -> String? {
    if let original = translatedFromBERT(name) { return original }
    guard isTransformers(name) else { return nil }
    let path = String(name.dropLast(2)).replacing("_._", with: "/")
    var components = path.split(separator: "/").dropFirst().map(Self.withoutLayer)
    guard let last = components.popLast() else { return nil }
    switch last {
    case "kernel", "gamma", "embeddings", "depthwise_kernel": components.append("weight")
    case "beta": components.append("bias")
    default: components.append(last)
    }
    return components.joined(separator: ".")
  }

  /// The names of BERT's own code in TensorFlow 1, and of those that follow it:
  /// `bert/encoder/layer_0/attention/self/query/kernel` is `bert.encoder.layer.0.….query.weight`.
  private static func translatedFromBERT(_ name: String) -> String? {
    guard !name.hasSuffix(":0") else { return nil }
    guard name.hasPrefix("bert/") || name.hasPrefix("cls/") || name.hasPrefix("electra/") else {
      return nil
    }
    var words: [String] = []
    for word in name.split(separator: "/").map(String.init) {
      if word.hasPrefix("layer_"), word.dropFirst(6).allSatisfy(\.isNumber) {
        words += ["layer", String(word.dropFirst(6))]
      } else {
        words.append(word)
      }
    }
    guard let last = words.popLast() else { return nil }
    switch last {
    case "kernel", "gamma", "output_weights": words.append("weight")
    case "beta": words.append("bias")
    case "output_bias": words.append("bias")
    case _ where last.hasSuffix("_embeddings"): words += [last, "weight"]
    default: words.append(last)
    }
    return words.joined(separator: ".")
  }

  /// `mlm___cls` is the list `cls` of the layer `mlm`.
  private static func withoutLayer(_ component: Substring) -> String {
    guard let end = component.ranges(of: "___").last?.upperBound, end < component.endIndex else {
      return String(component)
    }
    return String(component[end...])
  }

  /// Whether a name starts with the class of a model: `tf_bert_model`, `tfgp_t2lm_head_model_1`.
  package static func isTransformers(_ name: String) -> Bool {
    guard name.hasPrefix("tf"), name.hasSuffix(":0"), let slash = name.firstIndex(of: "/") else {
      return false
    }
    let model = name[..<slash]
    return model.contains("_model") || model.contains("_for_")
  }

  /// Whether a stored matrix is `[in, out]` where PyTorch's is `[out, in]`: convolutions of GPT-2 lie
  /// the same way in both.
  static func isKernel(_ name: String) -> Bool { name.hasSuffix("kernel:0") }

  /// Extents as PyTorch has them: biases of GPT-2's convolutions are a row there.
  static func shape(_ shape: [Int], of name: String) -> [Int] {
    name.hasSuffix("/bias:0") && shape.count == 2 && shape[0] == 1 ? [shape[1]] : shape
  }
}
