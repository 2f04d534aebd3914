import Foundation

/// What one family of networks calls its tensors: a file of `Corpus/Architectures`.
///
/// Decoding is strict: an unknown key is an error that names the definition and the key.
struct ArchitectureDefinition: Sendable {
  /// The file's name without extension; names the definition in errors.
  var name: String
  var family: String
  var configurations: Configurations
  /// Dotted prefixes below which the patterns hold; `""` where names may start at once.
  var prefixes: Set<String>
  /// Patterns hold behind any prefix whatever (Keras layers are named by their authors).
  var anyPrefix: Bool
  /// Other families use the same names, so only the configuration can tell this one.
  var needsConfiguration: Bool
  /// Roles without which the names belong to another family.
  var requires: Set<TensorRole>
  var normalisation: Normalisation
  /// The component of entries that name none.
  var component: String
  var dimensions: [String: ConfiguredDimensions]
  var tensors: [TensorEntry]

  var components: Set<String> { Set(tensors.map(\.component)) }

  /// Whether the names are those that GGUF has for all networks.
  var isOfGGUF: Bool { name.hasPrefix("gguf") }

  /// Values of `config.json` that the definition is for.
  struct Configurations: Sendable, Equatable {
    var architectures: Set<String> = []
    var modelTypes: Set<String> = []
  }

  /// Where `config.json` says the sizes of one component.
  struct ConfiguredDimensions: Sendable, Equatable {
    /// Nested objects to look in before the top level, such as `text_config`.
    var sections: [String] = []
    /// Alternative keys of each size, the first present wins.
    var keys: [DimensionName: [String]] = [:]
  }

  init(name: String, json: String) throws(CanonicaliseError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    } catch {
      throw CanonicaliseError(definition: name, decoding: error)
    }
    self.name = name
  }
}

extension ArchitectureDefinition: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case family, configurations, prefixes, anyPrefix, needsConfiguration, requires, normalisation
    case component, dimensions, tensors
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    name = ""
    family = try container.decode(String.self, forKey: .family)
    configurations =
      try container.decodeIfPresent(Configurations.self, forKey: .configurations)
      ?? Configurations()
    prefixes = Set(try container.decodeIfPresent([String].self, forKey: .prefixes) ?? [""])
    anyPrefix = try container.decodeIfPresent(Bool.self, forKey: .anyPrefix) ?? false
    needsConfiguration =
      try container.decodeIfPresent(Bool.self, forKey: .needsConfiguration) ?? false
    requires = Set(try container.decodeIfPresent([TensorRole].self, forKey: .requires) ?? [])
    normalisation =
      try container.decodeIfPresent(StrictNormalisation.self, forKey: .normalisation)?.value
      ?? Normalisation()
    component = try container.decodeIfPresent(String.self, forKey: .component) ?? "decoder"
    dimensions =
      try container.decodeIfPresent([String: ConfiguredDimensions].self, forKey: .dimensions)
      ?? [:]
    tensors = try container.decode([TensorEntry].self, forKey: .tensors)
    for index in tensors.indices where tensors[index].component.isEmpty {
      tensors[index].component = component
    }
  }
}

extension ArchitectureDefinition.Configurations: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case architectures, modelTypes
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    architectures = Set(
      try container.decodeIfPresent([String].self, forKey: .architectures) ?? [])
    modelTypes = Set(try container.decodeIfPresent([String].self, forKey: .modelTypes) ?? [])
  }
}

extension ArchitectureDefinition.ConfiguredDimensions: Decodable {
  init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where key.stringValue != "sections" && DimensionName(stringValue: key.stringValue) == nil {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "unknown key '\(key.stringValue)'"))
    }
    let container = try decoder.container(keyedBy: AnyKey.self)
    sections =
      try container.decodeIfPresent([String].self, forKey: AnyKey(stringValue: "sections")) ?? []
    for name in DimensionName.allCases {
      keys[name] = try container.decodeIfPresent(
        [String].self, forKey: AnyKey(stringValue: name.rawValue))
    }
  }
}

/// `Normalisation` decoded strictly; the type itself must also read fingerprints of later versions.
private struct StrictNormalisation: Decodable {
  var value: Normalisation

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case gainOffset
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    value = Normalisation(gainOffset: try container.decode(Double.self, forKey: .gainOffset))
  }
}
