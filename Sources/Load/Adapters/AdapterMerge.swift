extension Tensor {
  /// Whether it is no weight, but changes one of another model.
  package var isUpdate: Bool { change != nil || name.hasSuffix(Self.factorEnding) }

  /// How IA³ calls its factors.
  fileprivate static let factorEnding = ".ia3_l"

  /// The name of the weight that it changes, or that it replaces.
  fileprivate var target: String {
    name.hasSuffix(Self.factorEnding)
      ? name.dropLast(Self.factorEnding.count) + ".weight"
      : name.replacing(".modules_to_save.default.", with: ".")
  }

  fileprivate func updated(by update: Tensor) -> Tensor? {
    guard update.isUpdate else { return update.renamed(name) }
    guard let decoding = AdaptedWeights(self, update: update) else { return nil }
    return Tensor(
      name: name, shape: shape, axisOrder: axisOrder, swapsLastAxes: swapsLastAxes,
      stored: stored + update.stored, decoding: .encoded(decoding))
  }

  private func renamed(_ name: String) -> Tensor {
    var tensor = self
    tensor.name = name
    return tensor
  }
}

extension Checkpoint {
  /// Whether it holds changes of another model's weights, and is no model by itself.
  package var isAdapter: Bool { tensors.contains(where: \.isUpdate) }

  /// A base with this adapter merged into it, which is read as it is needed.
  ///
  /// - Throws: `.unsupportedLayout` naming the first change that has no place in the base,
  ///   `.duplicateKey` for a second change of one weight.
  package func merged(into base: Checkpoint) throws(LoadError) -> Checkpoint {
    var places: [String: Int] = [:]
    for (index, tensor) in base.tensors.enumerated() {
      for name in Self.names(of: tensor.name) where places[name] == nil { places[name] = index }
    }
    var merged = base
    var changed: Set<Int> = []
    for tensor in tensors {
      let place = Self.names(inAdapter: tensor.target).lazy.compactMap { places[$0] }.first
      guard let place else {
        // Weights of its own: a head that the base does not have.
        guard tensor.isUpdate else {
          merged.tensors.append(tensor)
          continue
        }
        throw LoadError(
          .unsupportedLayout, "the base has no weight that this changes", file: path,
          tensor: tensor.name)
      }
      guard changed.insert(place).inserted else {
        throw LoadError(
          .duplicateKey, "changes a weight that is changed already", file: path,
          tensor: tensor.name)
      }
      guard let updated = merged.tensors[place].updated(by: tensor) else {
        throw LoadError(
          .unsupportedLayout,
          "does not fit the base's \(merged.tensors[place].shape.map(String.init).joined(separator: " × "))",
          file: path, tensor: tensor.name)
      }
      merged.tensors[place] = updated
    }
    merged.name = name
    merged.path = path
    merged.files = files + base.files
    merged.problems += problems
    merged.notes += notes
    merged.metadata = metadata
    merged.metadata.config = base.metadata.config ?? metadata.config
    merged.metadata.vocabulary = metadata.vocabulary ?? base.metadata.vocabulary
    return merged
  }

  /// What adapters may call a weight: its name, with and without the part before the layers, and as
  /// kohya's scripts write it.
  private static func names(of name: String) -> [String] {
    let inner = name.hasPrefix("model.") ? [String(name.dropFirst("model.".count))] : []
    return ([name, "model." + name] + inner).flatMap { [$0, underscored($0)] }
  }

  private static func names(inAdapter name: String) -> [String] {
    let prefixes = ["lora_unet_", "lora_te_", "lora_te1_", "lora_te2_", "lora_transformer_"]
    guard let prefix = prefixes.first(where: name.hasPrefix) else { return [name] }
    let inner = name.dropFirst(prefix.count).dropLast(".weight".count)
    return [underscored(inner + ".weight")]
  }

  private static func underscored(_ name: some StringProtocol) -> String {
    String(name.map { $0 == "." ? "_" : $0 })
  }
}
