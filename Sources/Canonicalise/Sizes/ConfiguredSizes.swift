internal import Load

extension ArchitectureDefinition.ConfiguredDimensions {
  /// The sizes that `config.json` states.
  ///
  /// With `sectionsOnly`, the top level is left alone: it speaks of another part of the model, as it does where
  /// a section has a width of its own.
  func sizes(in config: JSONValue?, sectionsOnly: Bool) -> Dimensions {
    var dimensions = Dimensions()
    guard let config else { return dimensions }
    let own = sections.compactMap { config[$0] }
    let isWhole = own.contains { section in
      (keys[.hidden] ?? []).contains { section[$0]?.integer != nil }
    }
    let places = sectionsOnly || isWhole ? own : own + [config]
    for (name, alternatives) in keys {
      dimensions[name] =
        places.lazy.flatMap { place in alternatives.lazy.compactMap { place[$0]?.integer } }
        .first { (1...Self.largestSize).contains($0) }
    }
    return dimensions
  }

  /// Above any size of a network, and far below where products overflow.
  private static let largestSize = 1 << 31
}

extension JSONValue {
  /// The `architectures` and `model_type` of a configuration, nested ones included.
  var modelKinds: (architectures: Set<String>, modelTypes: Set<String>) {
    var architectures = Set((self["architectures"]?.array ?? []).compactMap(\.string))
    var modelTypes = Set([self["model_type"]?.string].compactMap(\.self))
    for section in ["text_config", "llm_config", "language_config"] {
      guard let nested = self[section] else { continue }
      architectures.formUnion((nested["architectures"]?.array ?? []).compactMap(\.string))
      modelTypes.formUnion([nested["model_type"]?.string].compactMap(\.self))
    }
    return (architectures, modelTypes)
  }
}

extension ArchitectureDefinition {
  /// Whether a configuration says that the model is of this family.
  func isNamed(by config: JSONValue?) -> Bool {
    guard let kinds = config?.modelKinds else { return false }
    return !configurations.architectures.isDisjoint(with: kinds.architectures)
      || !configurations.modelTypes.isDisjoint(with: kinds.modelTypes)
  }
}
